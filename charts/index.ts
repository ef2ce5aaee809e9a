/** The only door into this folder, and of the package: what is exported here, other people's apps use. */
export { DestinationRule, Gateway, VirtualService } from '../imports/networking.istio.io';
export * from './access-chart';
export * from './destination-rule';
export * from './service';
export * from './gateway';
export * from './namespace-chart';
export * from './on-call-chart';
export * from './read-release';
export * from './release-charts';
export * from './rolling-update-chart';
export { serviceEnvironment } from './service-environment';
export * from './traffic-chart';
export * from './virtual-service';
export * from './workload';
export * from './workload-chart';
export * from './write-manifests';
export type { Release, Version } from '../model';
