/**
 * Changes of the routes and of the traffic policy, which `run` refuses and `apply` makes: while the weights are still as they
 * were, and seen at every proxy before they move.
 */
import { act, waitFor } from '../decision';
import { awaitPropagation, markerOf, notReady } from './route';
import { sorted, type Rule } from './situation';

export const changePolicy: Rule = ({ record, seen: { subsets } }) => {
  if (record.mode !== 'apply' || !subsets.change) return undefined;
  const action = { kind: 'write-subsets', versions: subsets.versions, changes: 'as in the manifests' } as const;
  return act(action, { code: 'routes-change', fields: subsets.change });
};

/** What the new routes name beside the split must be in use everywhere, as for any other route (S1). New pins come later. */
export const changeRoutes: Rule = (situation) => {
  const { record, gateLimitMs, seen } = situation;
  const { route } = seen;
  if (record.mode !== 'apply' || !route.change) return undefined;
  const found = notReady(sorted([...Object.keys(route.split), ...route.change.names]), situation);
  if (found.length > 0) return waitFor({ for: 'gate', obstacles: found }, gateLimitMs);
  const { split, headerVersions, probes } = route;
  const serial = record.serial + 1;
  const marker = markerOf(route.change, { ...record, serial });
  const next = { ...record, serial, marker };
  const action = { kind: 'write-route', split, headerVersions, probes, marker, record: next } as const;
  return act({ ...action, changes: 'as in the manifests' }, { code: 'routes-change', fields: route.change.fields });
};

/** Weights that move at once with the routes could not be taken back without them. */
export const awaitChange: Rule = (situation) =>
  situation.record.mode === 'apply' ? awaitPropagation(situation) : undefined;
