/** From a stream of YAML to the shape of one service, and the edits of its VirtualService and DestinationRule. */
export { editRoutes, withoutEdits, type RouteEdit } from './edit-routes';
export { meansHost } from './hosts';
export type { Fields, Manifest } from './manifest';
export * from './patch';
export type { Probes } from './probe-routes';
export { namedSubsets, routesOf, type Routes } from './routes';
export { editSubsets, subsetIn, subsetsOf, withoutSubsets } from './subsets';
