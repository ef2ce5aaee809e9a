/**
 * A VirtualService with routes of its owner's: several split ones with matches, pinned ones, others. It is edited and read by the same
 * code as on a real cluster (manifests/, kubernetes/read-route.ts), so that this code is tried in random worlds, too.
 */
import {
  editRoutes,
  fieldsOf,
  leadsToWholeService,
  listOf,
  orUnsupported,
  specOf,
  withRoutesOf,
  withSpec,
  type Fields,
} from '../../../manifests';
import { Refusal, serviceHost, type Manifest, type Release } from '../../../model';
import type { VirtualService } from '../../kubernetes/objects';
import type { Action } from '../action';
import type { Carried } from '../kubernetes/carried';
import { observedRoute } from '../kubernetes/read-route';
import type { ObservedRoute } from '../observation';
import type { RouteContent } from '../route-content';

/** Of the Gateway of this service. Those of other gateways have no routes for probes, as on a real cluster. */
const probeGateways = ['own', 'edge'];

export class OwnRoutes {
  private readonly host: string;
  private readonly known = new WeakMap<Manifest, ObservedRoute>();

  constructor(
    readonly asInstalled: Manifest,
    release: Pick<Release, 'name' | 'namespace'>,
    private readonly carried?: Carried,
  ) {
    this.host = serviceHost(release.name, release.namespace);
  }

  /** Somebody whose edit left routes that cannot be edited any more applies the file as it was. */
  written(live: Manifest | undefined, content: RouteContent, changes?: RouteWrite['changes']): Manifest {
    if (live && changes && this.carried) return this.edited(withRoutesOf(this.carried.virtualService, live), content);
    const edited = live && orUnsupported(() => this.edited(live, content));
    const { virtualService = this.asInstalled } = this.carried ?? {};
    return edited && !(edited instanceof Refusal) ? edited : this.edited(virtualService, content);
  }

  private edited(base: Manifest, { split, headerVersions, probes, marker }: RouteContent): Manifest {
    const [, mark = ''] = /@(.+)$/.exec(marker) ?? [];
    const probed = probes.length > 0 && { probes: { key: 'key', versions: probes, gateways: probeGateways } };
    return editRoutes(base, this.host, { split, present: headerVersions, marker: mark, ...probed });
  }

  /** Nothing of its routes is edited until they name a subset. */
  isWhole(live: Manifest): boolean {
    return leadsToWholeService(live, this.host);
  }

  /** Once for each object: every look reads it, and comparing it with the manifests takes time. */
  read(live: Manifest): ObservedRoute {
    const read = this.known.get(live) ?? observedRoute(live as VirtualService, this.host, this.carried);
    this.known.set(live, read);
    return read;
  }

  /** Somebody applies the file of its owner. Annotations that are not in it stay. */
  asOfOwner(live: Manifest): Manifest {
    return withSpec(live, 'http', specOf(this.asInstalled).http);
  }

  /** Somebody sends one of its routes to a version, and leaves all names as they are. Undefined where that changes nothing. */
  rerouted(live: Manifest, index: number, version: string): Rerouted | undefined {
    const routes = listOf(specOf(live).http);
    const candidates = routes.filter((route) => 'route' in route && !String(route.name).startsWith('handover-probe'));
    const chosen = candidates[index % Math.max(1, candidates.length)];
    if (!chosen || sendsAllTo(chosen, version)) return undefined;
    const route = [{ destination: { host: this.host, subset: version }, weight: 100 }];
    const http = routes.map((each) => (each === chosen ? { ...each, route } : each));
    return { edited: withSpec(live, 'http', http), name: String(chosen.name), isEditable: this.isOurs(chosen) };
  }

  /** Where each of its routes sends, by what weights. */
  sends(live: Manifest): unknown {
    return listOf(specOf(live).http)
      .filter(({ name }) => !String(name).startsWith('handover-probe'))
      .map(({ route }) =>
        listOf(route)
          .map(({ destination, weight }) => [fieldsOf(destination).subset, weight])
          .sort(),
      );
  }

  private isOurs({ route }: Fields): boolean {
    return listOf(route).some(({ destination }) => fieldsOf(destination).host === this.host);
  }
}

/** Of each route that sends somewhere. */
export function withTimeout(live: Manifest): Manifest {
  const http = listOf(specOf(live).http).map((route) => ('route' in route ? { ...route, timeout: '15s' } : route));
  return withSpec(live, 'http', http);
}

type RouteWrite = Extract<Action, { kind: 'write-route' }>;

export interface Rerouted {
  readonly edited: Manifest;
  readonly name: string;
  /** A release edits it: what it sends is the next writer's. */
  readonly isEditable: boolean;
}

function sendsAllTo({ route }: Fields, version: string): boolean {
  const entries = listOf(route);
  return entries.length === 1 && fieldsOf(entries[0]?.destination).subset === version;
}
