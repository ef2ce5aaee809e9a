/**
 * Before the first write: does a proxy have the new version's subset from another DestinationRule? An older DestinationRule of somebody else may have one
 * of this name, which selects other pods: the release would wait for its end, with the new pods made already.
 */
import { adoptedVersion, Refusal, versionNames, type Release } from '../../model';
import { isRead, type Observation } from './observation';
import type { Order } from './stages';

/** One that no rule has any more is on its way out, and is waited for. */
export function foreignSubset(release: Release, order: Order, seen: Observation): Refusal | undefined {
  const { route, proxies, subsetsElsewhere = {} } = seen;
  if (order.kind === 'resume' || route?.record) return undefined;
  const wanted = addedBy(release, order, route);
  const version = wanted.find((one) => subsetsElsewhere[one] !== undefined && subsetsElsewhere[one].length > 0);
  if (version === undefined) return undefined;
  const { [version]: rules } = subsetsElsewhere;
  const by = Array.isArray(rules)
    ? `the DestinationRule ${rules.join(' and ')}`
    : 'a DestinationRule that you may not list (see kubectl get destinationrules -A)';
  const at = proxies.filter((proxy) => isRead(proxy) && version in proxy.clusters).map(({ name }) => name);
  const expected = `the subset ${version} of the Service in the DestinationRule ${release.name} alone`;
  const fix = 'take the subset out of that rule, or give the version another name';
  return new Refusal(
    'foreign-subset',
    expected,
    `one in ${by}, which ${at.join(', ')} ${at.length > 1 ? 'have' : 'has'} already`,
    fix,
  );
}

/** A take-over adds the subset of what it adopts, too. */
function addedBy(release: Release, order: Exclude<Order, { kind: 'resume' }>, route: Observation['route']): string[] {
  if (order.kind === 'apply') return versionNames(release);
  const adopted = route?.whole ? adoptedVersion(release) : undefined;
  return [...(adopted === undefined ? [] : [adopted]), order.canary];
}
