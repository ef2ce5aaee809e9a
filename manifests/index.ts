/** From a stream of YAML to the shape of one service, and the edits of its VirtualService and DestinationRule. */
export { editRoutes, withoutEdits, type RouteEdit } from './edit-routes';
export { meansHost } from './hosts';
export { identityOf, nameOf } from './kinds';
export { annotationOf, isFields, withAnnotation, type Fields } from './manifest';
export * from './patch';
export { formatManifestProblem, type ManifestProblem, type Placed } from './problem';
export type { Probes } from './probe-routes';
export { readManifests, type ManifestFile, type ReadManifests } from './read-manifests';
export { namedSubsets, routesOf, type Routes } from './routes';
export type { ServiceName } from './service-objects';
export { shapeOf, type ExpectedShape, type ServiceShape } from './service-shape';
export { editSubsets, subsetIn, subsetsOf, withoutSubsets, withSubsetAlone } from './subsets';
export { orUnsupported } from './unsupported';
export type { VersionShape } from './version-shape';
