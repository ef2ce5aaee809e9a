/** Titled checks before the first write: everything that can be known to fail is said at once, with the way out. */
import type { ServiceShape } from '../../manifests';
import { adoptedVersion, findAdopted, Refusal, versionNames, weightOf, type Release } from '../../model';
import { tooFewPods } from './enough-pods';
import { foreignSubset } from './foreign-subset';
import { sameAdoption } from './same-adoption';
import { uncounted } from './uncounted';
import { untouchedRoutes } from './untouched-routes';
import type { Observation } from './observation';
import type { Order } from './stages';
import { obstacles, seesGateway } from './proxy-checks';
import { isNewer, newerRecord } from './record';
import { describeStep } from './words';
import { describeObstacles } from './words/obstacles';

export interface Check {
  readonly title: string;
  readonly problem: Refusal | undefined;
}

type Checker = (release: Release, order: Order, seen: Observation, shape?: ServiceShape) => Refusal | undefined;

/** `shape` is what synth wrote; an operator who has no file has none. */
export function preflight(release: Release, order: Order, seen: Observation, shape?: ServiceShape): Check[] {
  return Object.entries(checkers).map(([title, check]) => ({ title, problem: check(release, order, seen, shape) }));
}

export function stateUnreadable(found: string): Refusal {
  const fix = 'see docs/access.md; without it nobody knows how a release ended';
  return new Refusal('state-unreadable', 'a state of earlier releases that can be read', found, fix);
}

const checkers: Readonly<Record<string, Checker>> = {
  'the service is installed': (release, _order, seen) => {
    // What somebody deleted in the middle of a release is put back by the driver.
    if ((seen.route && seen.subsets) || seen.state?.current) return undefined;
    // A take-over creates the DestinationRule.
    if (seen.route?.whole) return undefined;
    const missing = [...(seen.route ? [] : ['VirtualService']), ...(seen.subsets ? [] : ['DestinationRule'])].join(
      ' and ',
    );
    const fix =
      adoptedVersion(release) === undefined
        ? 'install it first: kubectl apply -f dist/'
        : `apply the VirtualService${release.route === undefined ? '' : ` in ${release.route}`} as it is: its routes lead to the whole Service, so no request moves`;
    return new Refusal('not-installed', `${release.name} in the namespace ${release.namespace}`, `no ${missing}`, fix);
  },

  'what is adopted runs': (release, order, { route, workloads }) => {
    const adopted = findAdopted(release);
    if (!adopted || order.kind === 'resume' || route?.record || workloads[adopted.name]) return undefined;
    const { name, deployment } = adopted;
    const fix = `correct adopt of ${name} in the release file; or take ${name} out, when another version has replaced it`;
    return new Refusal('adopted-missing', `the Deployment ${deployment} in ${release.namespace}`, 'none', fix);
  },

  'what is adopted stays alone': (release, order, { route }) => {
    const adopted = findAdopted(release);
    if (!adopted || order.kind === 'resume' || !route || route.record) return undefined;
    const { name, deployment, isKept } = adopted;
    const others = versionNames(release).filter((other) => other !== name);
    const isPinned = route.pinnedVersions.includes(name);
    const isServed = order.kind === 'apply' ? weightOf(release.split, name) > 0 || isPinned : isKept && isPinned;
    if (others.length === 0 || !isServed) return undefined;
    const expected = `that no other version stays beside ${name}: its owner may roll the Deployment ${deployment} only while it is alone`;
    const found = `${others.join(', ')} in the release file${isPinned ? `, and a route that is pinned to ${name}` : ''}`;
    const fix = `handover run ${others[0]} replaces it; or take the others${isPinned ? ', or the pin,' : ''} out`;
    return new Refusal('adopted-beside', expected, found, fix);
  },

  'what is adopted is as it was when the release began': sameAdoption,

  'the record can be read': (_release, _order, { route }) =>
    route?.record && isNewer(route.record) && route.record.mode !== 'abort' ? newerRecord(route.record) : undefined,

  'the state can be read': (_release, order, { state }) => {
    if (state?.unreadable === undefined || order.kind === 'resume') return undefined;
    return stateUnreadable(state.unreadable);
  },

  'the routes can be edited': (_release, order, { route }) => {
    // In mid-release the driver holds, and says who changed them.
    if (route?.unsupported === undefined || route.record || order.kind === 'resume') return undefined;
    return new Refusal('route-unsupported', 'routes that can be told and edited', route.unsupported, 'see the message');
  },

  'the routes let versions come and go': untouchedRoutes,

  'the route is served where the file says': (release, _order, { route }) => {
    if (!route || route.mesh === release.mesh) return undefined;
    const servedBy = (mesh: boolean) => `a VirtualService for the gateways${mesh ? ' and the mesh' : ' alone'}`;
    const fix = 'make the file true first: npm run synth, kubectl apply -f dist/; or correct gateways in the file';
    return new Refusal('other-gateways', servedBy(release.mesh), servedBy(route.mesh), fix);
  },

  'every proxy can be asked': (release, _order, seen) => {
    if (seen.evidence === 'assumed') return undefined;
    const selector = Object.entries(release.gateway.selector).map(([key, value]) => `${key}=${value}`);
    if (!seesGateway(seen) && seen.route?.isMeshAlone) {
      const fix = 'start a pod with a sidecar that may call it, or name a gateway';
      return new Refusal('no-proxy', 'a Running pod with a sidecar that knows the Service', 'none', fix);
    }
    if (!seesGateway(seen)) {
      const fix = 'correct gateway.selector or hosts in the release file, or start a gateway';
      const expected = `a Running pod with ${selector.join(',')}, of a Gateway that lets in the hosts of the route`;
      return new Refusal('no-proxy', expected, 'none', fix);
    }
    const unreadable = obstacles(seen);
    if (unreadable.length === 0) return undefined;
    const fix =
      'give the driver the rights in docs/access.md, or see why the pod does not answer; --evidence probe needs less';
    return new Refusal('proxy-unreadable', 'an answer from every proxy', describeObstacles(unreadable), fix);
  },

  'no proxy has the new version from elsewhere': foreignSubset,

  'requests in flight can be counted': ({ inFlight }, _order, seen) => uncounted(inFlight, seen),

  'no other release is under way': (release, order, { route }) => {
    const record = route?.record;
    if (!record || order.kind === 'resume') return undefined;
    const same =
      order.kind === 'apply' ? record.mode === 'apply' : record.mode !== 'apply' && record.canary === order.canary;
    if (same) return undefined;
    const found =
      record.mode === 'apply'
        ? 'an apply that is not finished'
        : `a release of ${record.canary} (${describeStep(record, release)})`;
    const fix =
      record.mode === 'apply'
        ? 'finish it: handover apply'
        : `finish it: handover run ${record.canary}, or handover abort`;
    return new Refusal('under-way', 'no release under way', found, fix);
  },

  'the version is listed': (release, order) => {
    if (order.kind !== 'run' || versionNames(release).includes(order.canary)) return undefined;
    const fix = `add ${order.canary} under versions in the release file`;
    return new Refusal('unknown-version', `one of ${versionNames(release).join(', ')}`, order.canary, fix);
  },

  'the new version has pods for what carries the traffic': tooFewPods,

  'one version carries the traffic': (_release, order, { route }) => {
    if (order.kind !== 'run' || !route || route.record) return undefined;
    const others = Object.keys(route.split).filter((version) => version !== order.canary);
    if (others.length <= 1) return undefined;
    const fix = 'set the weights in the release file so that one version has them all, then: handover apply';
    return new Refusal('several-stable', 'one version to move the traffic away from', others.join(' and '), fix);
  },
};
