/**
 * Before the first write: does a pod say how many requests it has in hand? One that never does would be found out after the drain's
 * limit, with all traffic on the new version.
 */
import { Refusal, type InFlightSource } from '../../model';
import type { Observation } from './observation';

/** Undefined when all that were asked said so, and for a release that is under way: there the drain waits for it. */
export function uncounted(source: InFlightSource, { route, inFlight }: Observation): Refusal | undefined {
  if (source === 'proxies' || route?.record) return undefined;
  const silent = Object.keys(inFlight).filter((version) => inFlight[version] === 'unknown');
  // A version that nobody uses yet may have pods that do not come up: it is sent nothing, so it has nothing in hand.
  const unknown = source === 'sidecar' ? silent : silent.filter((version) => (route?.split[version] ?? 0) > 0);
  if (unknown.length === 0) return undefined;
  const versions = unknown.join(' and ');
  return source === 'sidecar' ? noSidecar(versions) : noGauge(versions, source);
}

function noSidecar(versions: string): Refusal {
  const expected = `a sidecar that can be read in each pod of ${versions} (inFlight: sidecar)`;
  const fix = 'inject sidecars, or name a metric with inFlight: { port, path, gauge }; inFlight: proxies asks no pod';
  return new Refusal('in-flight-unknown', expected, 'a pod that cannot tell', fix);
}

function noGauge(versions: string, { port, path, gauge }: Exclude<InFlightSource, string>): Refusal {
  const expected = `the number ${gauge} at ${path} on port ${port} of each pod of ${versions}`;
  const fix = 'let the program count its requests there, or say where it does with inFlight: { port, path, gauge }';
  return new Refusal('in-flight-unknown', expected, 'a pod that does not answer, or without it', fix);
}
