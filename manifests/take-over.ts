/**
 * A route change: the live object with the routes, or the traffic policy, that synth wrote. What no release edits and the
 * contract leaves to its owner, such as hosts and gateways, stays.
 */
import { annotations, type Manifest } from '../model';
import { annotationOf, specOf, withAnnotation, withSpec } from './manifest';

const declared = [annotations.splitRoutes, annotations.pinnedRoutes];

/** At rest: `editRoutes` gives it the live split, its marker and its pins. */
export function withRoutesOf(wanted: Manifest, live: Manifest): Manifest {
  const taken = withSpec(live, 'http', specOf(wanted).http);
  return declared.reduce((object, key) => withAnnotation(object, key, annotationOf(wanted, key)), taken);
}

export function withPolicyOf(wanted: Manifest, live: Manifest): Manifest {
  return withSpec(live, 'trafficPolicy', specOf(wanted).trafficPolicy);
}
