/** A cluster in virtual time. A driver uses it through the same port as a real one. */
export { Killed } from './driver-client';
export { preparedVersion } from './foreign-objects';
export { Random, span, type Span } from './random';
export { calm, slow, type Accident, type Kill, type Scenario, type Timed } from './scenario';
export type { Cause, Loss } from './traffic';
export { World, type Result } from './world';
export { byCounts, careful, naiveOrders, runNaiveOrder, type NaiveOrder } from './naive-orders';
