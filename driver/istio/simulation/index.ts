/** A cluster in virtual time, behind the same port as a real one. */
export { Killed } from './driver-client';
export type { Violation } from './invariants';
export type { Blame } from './blame';
export { Random, span, type Span } from './random';
export { calm, slow, type Accident, type Kill, type Load, type Scenario, type Timed, type When } from './scenario';
export type { TimelineEntry } from './simulation';
export type { Cause, Loss } from './traffic';
export { World, type Result } from './world';
export { careful, naiveOrders, runNaiveOrder, type NaiveOrder } from './naive-orders';
export type { VersionChange } from './naive-script';
