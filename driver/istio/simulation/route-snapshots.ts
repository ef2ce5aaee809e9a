/** From what is written to the VirtualService to what is in effect, and what a look reads of it. */
import { splitRoute, type Manifest, type Release } from '../../../model';
import type { Action } from '../action';
import type { Carried } from '../kubernetes/carried';
import type { RouteContent } from '../route-content';
import type { Writer } from './blame';
import { namedBy, type OwnObject, type RouteSnapshot } from './configuration';
import { OwnRoutes } from './own-routes';

type Changes = Extract<Action, { kind: 'write-route' }>['changes'];

export class RouteSnapshots {
  /** The version to which another VirtualService sends every request of the host. */
  shadow: string | undefined;
  readonly own: OwnRoutes | undefined;

  constructor(
    private readonly nextSerial: () => number,
    release: Pick<Release, 'name' | 'namespace'>,
    virtualService?: Manifest,
    carried?: Carried,
  ) {
    this.own = virtualService && new OwnRoutes(virtualService, release, carried);
  }

  /** `live` is what is edited; without one, the object as it was installed. */
  written(
    { split, headerVersions, probes, marker }: RouteContent,
    writer: Writer,
    live: OwnObject | undefined,
    changes?: Changes,
  ): RouteSnapshot {
    const content = { split, headerVersions, probes, marker };
    if (!this.own) return this.inEffect(content, writer);
    const object = this.own.written(live?.object, content, changes);
    const byOthers = live?.byOthers ?? new Set<string>();
    // Where a marker was asked for that is none, the routes have their names at rest.
    const named = { marker: this.own.read(object).marker };
    return this.inEffect({ ...content, ...named }, writer, { object, byOthers });
  }

  inEffect(
    { split, headerVersions, probes, marker }: RouteContent,
    writer: Writer,
    own?: Pick<OwnObject, 'byOthers' | 'object'>,
  ): RouteSnapshot {
    const { shadow } = this;
    const versions = namedBy(split, headerVersions);
    const named = shadow === undefined ? versions : [...new Set([...versions, shadow])];
    const { object, byOthers } = own ?? {};
    const written = object && byOthers && { own: { object, byOthers, ...(shadow !== undefined && { shadow }) } };
    const serial = this.nextSerial();
    // What is lost by the other VirtualService is its author's; that nothing goes which it names is judged by S2.
    const by = shadow ? { writer: 'foreign' as const, shadowedBy: 'team/old' } : { writer };
    return { split, headerVersions, probes, marker, serial, named, ...written, ...by };
  }

  read({ split, headerVersions, probes, marker, own }: RouteSnapshot) {
    if (own && this.own) return this.own.read(own.object);
    const others = { base: splitRoute, pinnedVersions: headerVersions, otherVersions: [] };
    return { split, headerVersions, probes, marker, ...others };
  }

  digestOf({ split, headerVersions, probes, marker, own }: RouteSnapshot): string {
    return own && this.own ? this.own.read(own.object).digest : JSON.stringify([split, headerVersions, probes, marker]);
  }

  /** Where it sends, as text: without names, which each write gives anew. */
  sends({ split, headerVersions, own }: RouteSnapshot): string {
    if (own && this.own) return JSON.stringify(this.own.sends(own.object));
    return JSON.stringify([Object.entries(split).sort(), [...headerVersions].sort()]);
  }
}
