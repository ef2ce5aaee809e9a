/**
 * What a manifest and the service in it agree on. The service imports nothing of ours, so it repeats these words in
 * service/; a test compares both.
 */

/** Environment variables that the Deployment sets; a release file may not set them itself. */
export const serviceVariables = [
  'PORT',
  'VERSION',
  'LONGEST_TASK_MS',
  'MINIMUM_DRAIN_MS',
  'RETIREMENT_MS',
  'HARD_STOP_MS',
  'KEEP_ALIVE_MS',
  'PRESTOP_MS',
] as const;

export type ServiceVariable = (typeof serviceVariables)[number];

export const probePaths = { startup: '/startupz', readiness: '/readyz', liveness: '/healthz' } as const;

/** Where Prometheus scrapes the service, and the driver reads its requests in flight. */
export const metricsPath = '/metrics';

/** The gauge among those metrics that counts the requests which a pod is answering now. */
export const inFlightMetric = 'handover_requests_in_flight';

/** Answers when the shutdown delay is over: the preStop hook of clusters without the sleep action. */
export const preStopPath = '/prestop';

/** The bundle in the image; as `node /app/service.js probe PATH` it asks the running service and exits 0 or 1. */
export const serviceProgram = '/app/service.js';

/** The container of the service in its pod; others beside it are sidecars. */
export const containerName = 'service';
