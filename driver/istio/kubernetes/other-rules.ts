/**
 * Other DestinationRules of the host. istiod lays those of a namespace together, the older subset of a name first, and in a namespace of
 * clients theirs comes before ours. Proxies then have the new version's cluster before anybody has added its subset, with
 * whatever pods that one selects.
 */
import { meansHost, specOf, subsetsOf } from '../../../manifests';
import { serviceHost, type Manifest, type Release } from '../../../model';
import { isForbidden, type Api } from '../../kubernetes/api';
import { collectionPath } from '../../kubernetes/paths';
import { isRead, type Proxy, type SubsetsElsewhere } from '../observation';
import { isOf, placeOf } from './others';

/**
 * By subset that a proxy has and `own` has not: the names of the rules that have it, none when the removal of an earlier one is on its
 * way. Who may not list them knows that proxies have it, and not from where.
 */
export async function subsetsElsewhere(
  api: Api,
  release: Release,
  own: readonly string[],
  proxies: readonly Proxy[],
): Promise<SubsetsElsewhere> {
  const had = proxies.filter(isRead).flatMap(({ clusters }) => Object.keys(clusters));
  const foreign = [...new Set(had)].filter((subset) => !own.includes(subset));
  if (foreign.length === 0) return {};
  const rules = await listed(api, release);
  const having = (subset: string) => rules?.filter((rule) => subsetsOf(rule).includes(subset)).map(placeOf);
  return Object.fromEntries(foreign.map((subset) => [subset, having(subset) ?? 'unknown']));
}

/** Undefined without the right to it: proxies are asked in any case. */
async function listed(api: Api, release: Release): Promise<Manifest[] | undefined> {
  const host = serviceHost(release.name, release.namespace);
  const isOfHost = (rule: Manifest) => meansHost(specOf(rule).host, host, rule.metadata.namespace);
  try {
    const rules = await api.list<Manifest>(collectionPath('DestinationRule'), {});
    return rules.filter((rule) => isOfHost(rule) && !isOf(release, rule));
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}
