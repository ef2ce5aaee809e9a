/**
 * Somebody deleted the VirtualService or the DestinationRule while a release is under way. Proxies then answer 404, or 503 for each
 * version: what they lost is created again, as it was last seen. A create overwrites nothing, so this is no breach of S5
 * (docs/decisions/0010-what-outlives-a-release.md). Whoever deletes it twice means it, and then a person decides.
 */
import { availableNow } from './capacity';
import { act, hold, waitFor, type Decision, type DeletedWhy } from './decision';
import type { ObservedRoute, ObservedSubsets } from './observation';
import { lacksCluster, obstacles } from './proxy-checks';
import type { Question } from './question';
import type { ReleaseRecord } from './record';
import { choiceAnew } from './rules/choice';
import { sorted } from './rules/situation';
import type { CurrentRelease, Restorable } from './state';

/** Undefined when no release is under way: nothing tells then that the object should be there. */
export function putBack(question: Question): Decision | undefined {
  const { state, subsets } = question.seen;
  const { current } = state ?? {};
  if (!state || !current) return undefined;
  // A route names a subset only after proxies have it (S1).
  const what = subsets ? 'route' : 'subsets';
  const wasRestored = [...current.restored, ...(question.memory.restored ?? [])].includes(what);
  if (wasRestored) return leave(question, what, 'again');
  const { route, subsets: rule } = state.kept;
  if (subsets && route) return putRouteBack(question, current, route, subsets);
  if (!subsets && rule) return putSubsetsBack(question, current, rule);
  return leave(question, what, 'no-copy');
}

/**
 * Also those that the route names since the copy was made: it is the route that loses requests. And those of this release that have
 * pods: the subset may have been written just before. Left out, its removal would be on its way to a proxy that passes the gate by
 * the cluster of that write (S1).
 */
function putSubsetsBack({ seen }: Question, { record }: CurrentRelease, kept: ObservedSubsets): Decision {
  const named = seen.route ? versionsOf(seen.route) : [];
  const live = [record.stable, record.canary].filter((version) => availableNow(seen.workloads[version]) > 0);
  const versions = sorted([...kept.versions, ...named, ...live]);
  // The copy may be of before a rollout, or of before its pause.
  const choose = choiceAnew(versions, seen.workloads);
  return act(
    { kind: 'restore', what: 'subsets', versions, ...(choose && { choose }) },
    { code: 'deleted', what: 'subsets' },
  );
}

function putRouteBack(
  question: Question,
  current: CurrentRelease,
  kept: ObservedRoute,
  subsets: ObservedSubsets,
): Decision {
  const { seen, gateLimitMs } = question;
  const named = versionsOf(kept);
  const missing = named.filter((version) => !subsets.versions.includes(version));
  if (missing.length > 0) return leave(question, 'route', 'no-subset', missing);
  // Pods do not count here: without the route all requests are lost, not only those of a sick version. Nor does a proxy that
  // cannot be asked, as it had the subsets all the time.
  const found = obstacles(seen, ...named.map((version) => lacksCluster(version, 0)));
  const lacking = found.filter(({ code }) => code === 'no-cluster' || code === 'warming');
  if (lacking.length > 0) return waitFor({ for: 'gate', obstacles: lacking }, gateLimitMs);
  // Always as of a release under way, even if its last write was made: at rest a probed gateway shows no difference between the
  // route and none.
  const record = withNextMarker(current.record, skippedSerials);
  return act({ kind: 'restore', what: 'route', record }, { code: 'deleted', what: 'route' });
}

function versionsOf({ split, headerVersions, otherVersions }: ObservedRoute): string[] {
  const weighted = Object.entries(split).flatMap(([version, weight]) => (weight > 0 ? [version] : []));
  return [...new Set([...weighted, ...headerVersions, ...otherVersions])];
}

/**
 * More than the writes that may have been made since the copy. A proxy that still has one of those would pass for having the next
 * one, were it called the same.
 */
const skippedSerials = 100;

/** Nobody knows what was routed while it was away: the time that a request may be held begins anew. */
export function withNextMarker(record: ReleaseRecord, count = 1): ReleaseRecord {
  const serial = record.serial + count;
  const base = record.marker.slice(0, record.marker.lastIndexOf('@'));
  return { ...record, serial, marker: `${base}@${record.id}.${serial}`, unrouted: undefined };
}

function leave({ release }: Question, what: Restorable, why: DeletedWhy, missing: readonly string[] = []): Decision {
  const { name, namespace } = release;
  return hold({ code: 'object-deleted', what, why, name, namespace, missing });
}
