/** What the manifests have otherwise than the live routes and the live traffic policy, apart from all that a release edits. */
import {
  asOfWholeService,
  comparable,
  orUnsupported,
  routesOf,
  withoutEdits,
  withoutSubsets,
  withPolicyOf,
  withRoutesOf,
  type ServiceShape,
} from '../../../manifests';
import { Refusal, type Manifest } from '../../../model';
import { differencesOf } from '../files/difference';
import type { RouteChange, WholeRoute } from '../observation';
import type { Carried } from './carried';

/** Undefined when there is none, when no manifests are known, and of routes that cannot be told. */
export function routeChange(live: Manifest, carried: Carried): RouteChange | undefined {
  const found = carried && orUnsupported(() => changeOfRoutes(live, carried));
  return found instanceof Refusal ? undefined : found;
}

function changeOfRoutes(live: Manifest, { virtualService, host }: ServiceShape): RouteChange | undefined {
  const wanted = withRoutesOf(virtualService, live);
  const fields = differencesOf(withoutEdits(wanted, host), withoutEdits(live, host));
  if (fields.length === 0) return undefined;
  const { split, pins, namedVersions, splitRoutes } = routesOf(wanted, host);
  const edited = [...Object.keys(split), ...Object.values(pins)];
  const [base = ''] = splitRoutes;
  return { fields, base, names: namedVersions.filter((version) => !edited.includes(version)) };
}

/** Of routes that name no subset yet: how they become those of the manifests. */
export function takeOverOf(live: Manifest, { virtualService, host }: ServiceShape): WholeRoute {
  const wanted = withRoutesOf(virtualService, live);
  const { splitRoutes } = routesOf(wanted, host);
  const [base = ''] = splitRoutes;
  const beyond = differencesOf(asOfWholeService(wanted, host), asOfWholeService(live, host));
  const change = { fields: differencesOf(comparable(wanted), comparable(live)), base, names: [] };
  return { change, ...(beyond.length > 0 && { beyond }) };
}

/** The policy alone: which subsets there are is the release's. */
export function policyChange(live: Manifest, carried: Carried): readonly string[] | undefined {
  if (!carried) return undefined;
  const wanted = withPolicyOf(carried.destinationRule, live);
  const fields = differencesOf(withoutSubsets(wanted), withoutSubsets(live));
  return fields.length > 0 ? fields : undefined;
}
