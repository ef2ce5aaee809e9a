/** Startup, readiness and liveness of the service's container. */
import * as k8s from 'cdk8s-plus-27/lib/imports/k8s';
import { probePaths, serviceProgram, type Release } from '../model';
import { httpPortName } from './ports';

/** Liveness is slow to judge: a restart loses every request in flight, a slow answer loses none. */
export function probes(release: Release) {
  const ask = (path: string) => ({ ...action(release, path), timeoutSeconds: 5 });
  return {
    startupProbe: { ...ask(probePaths.startup), periodSeconds: 1, failureThreshold: release.timings.startupSeconds },
    readinessProbe: { ...ask(probePaths.readiness), periodSeconds: 5, failureThreshold: 2 },
    livenessProbe: { ...ask(probePaths.liveness), periodSeconds: 10, failureThreshold: 3 },
  } satisfies Partial<k8s.Container>;
}

function action({ probes }: Release, path: string): k8s.Probe {
  return probes === 'exec'
    ? { exec: { command: ['node', serviceProgram, 'probe', path] } }
    : { httpGet: { path, port: k8s.IntOrString.fromString(httpPortName) } };
}
