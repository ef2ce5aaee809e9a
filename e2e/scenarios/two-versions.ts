/** The two builds that scenarios switch between: one image under two tags. */
import { serviceHost } from '../../model';

export const v1 = { image: 'localhost/handover-service:1.0.0' };
export const v2 = { image: 'localhost/handover-service:2.0.0' };

/** As in the shipped release file. */
export const serviceName = 'demo';
export const deploymentOf = (version: string) => `${serviceName}-${version}`;
export const podsPerVersion = 2;
export const hostOf = (namespace: string) => serviceHost(serviceName, namespace);

export const demo = { path: '/k8s/demo', ratePerSecond: 500, connections: 50 } as const;
/** Ten seconds each, so about a hundred are in flight at any time. */
export const longTasks = { path: '/k8s/longTask', ratePerSecond: 10, connections: 150 } as const;
