/** From a stream of YAML to the shape of one service, and the edits of its VirtualService and DestinationRule. */
export { comparable } from './comparable';
export { editRoutes, withoutEdits, type RouteEdit } from './edit-routes';
export { meansHost } from './hosts';
export { isShared } from './shared-objects';
export { groupOf, identityOf, isClusterScoped, isKind, nameOf, whyNotCreated } from './kinds';
export {
  canonical,
  fieldsOf,
  isFields,
  listOf,
  specOf,
  withAnnotation,
  withField,
  withSpec,
  type Fields,
} from './manifest';
export { masks } from './masked';
export * from './patch';
export { formatManifestProblem, problemAt, type ManifestProblem, type Placed } from './problem';
export { readManifests, type ManifestFile } from './read-manifests';
export { isEntry, rollingShapeOf, type RollingShape } from './rolling-shape';
export { namedSubsets, untouchedSubsets, routesOf, type Routes } from './routes';
export { routingOf, type Routing } from './routing';
export { scales } from './scaler';
export { expectedShape, shapeOf, type ServiceShape } from './service-shape';
export { choicesOf, editSubsets, subsetIn, subsetsOf, withChoice, withoutSubsets, withSubsetAlone } from './subsets';
export { withPolicyOf, withRoutesOf } from './take-over';
export { orUnsupported } from './unsupported';
export { asOfWholeService, leadsToWholeService } from './whole-service';
export * from './workload';
