/**
 * From what is written to the DestinationRule to what is in effect, and what a look reads of it. One of its owner's, as a service
 * has it that is taken over, is edited by the same code as on a real cluster. Which pods a subset selects is known beside it: somebody
 * may make that of one version select the pods of another.
 */
import { digestOf, editSubsets, subsetsOf, withPolicyOf } from '../../../manifests';
import type { Manifest, Release } from '../../../model';
import type { Action } from '../action';
import { policyChange } from '../kubernetes/route-change';
import { newSubset } from '../kubernetes/write-version';
import type { ObservedSubsets } from '../observation';
import type { Writer } from './blame';
import { wholeService, type SubsetsSnapshot } from './configuration';
import type { Adoption } from './scenario';

/** By name, the version whose pods a subset selects. */
export type Selects = ReadonlyMap<string, string>;

type Change = Pick<ObservedSubsets, 'change'>;

export class RuleSnapshots {
  /** Once for each object: every look reads it, and comparing it with the manifests takes time. */
  private readonly changes = new WeakMap<Manifest, Change>();
  private readonly digests = new WeakMap<Manifest, string>();

  constructor(
    private readonly nextSerial: () => number,
    private readonly release: Pick<Release, 'versions'>,
    private readonly adoption: Adoption | undefined,
  ) {}

  /** In worlds where it has contents of its owner's. Without a live one it is created, as synth writes it. */
  written(
    live: Manifest | undefined,
    versions: readonly string[],
    changes?: Extract<Action, { kind: 'write-subsets' }>['changes'],
  ): Manifest | undefined {
    const { carried } = this.adoption ?? {};
    if (!carried) return undefined;
    const { destinationRule: wanted } = carried;
    const base = live && changes ? withPolicyOf(wanted, live) : (live ?? wanted);
    return editSubsets(base, versions, (version) => newSubset(carried, this.release, version), wanted);
  }

  inEffect(selects: Selects, writer: Writer, before: SubsetsSnapshot | undefined): SubsetsSnapshot {
    const foreign = foreignIn(selects, writer, before);
    return { serial: this.nextSerial(), selects: this.inProxies(selects), foreign, writer };
  }

  /** Of one that is not there. */
  none(serial: number, writer: Writer): SubsetsSnapshot {
    return { serial, selects: this.inProxies(new Map()), foreign: new Set(), writer };
  }

  /** Of a service that is taken over each proxy has the cluster of all pods, too, whatever the DestinationRule says. */
  private inProxies(selects: Selects): Selects {
    return this.adoption ? new Map([...selects, [wholeService, wholeService]]) : selects;
  }

  /** Which pods it selects, is a matter of its labels: those are in no object here. */
  digestOf(selects: Selects, object: Manifest | undefined): string {
    const ofSubsets = JSON.stringify([...selects].filter(([name]) => name !== wholeService).sort());
    return object ? `${this.specDigest(object)} ${ofSubsets}` : ofSubsets;
  }

  private specDigest(object: Manifest): string {
    const digest = this.digests.get(object) ?? digestOf(object);
    this.digests.set(object, digest);
    return digest;
  }

  /** What the manifests have otherwise. */
  changeOf(object: Manifest | undefined): Change {
    if (!object || !this.adoption) return {};
    const known = this.changes.get(object);
    if (known) return known;
    const change = policyChange(object, this.adoption.carried);
    const found = change ? { change } : {};
    this.changes.set(object, found);
    return found;
  }

  /** Of a rule of its owner's: a version, or all pods for a subset that is the owner's. */
  selectedBy(rule: Manifest): Selects {
    const isVersion = (name: string) => this.release.versions.some((version) => version.name === name);
    return new Map(subsetsOf(rule).map((name) => [name, isVersion(name) ? name : wholeService]));
  }
}

export function namesIn(selects: Selects): string[] {
  return [...selects.keys()].filter((name) => name !== wholeService);
}

function foreignIn(selects: Selects, writer: Writer, before: SubsetsSnapshot | undefined): ReadonlySet<string> {
  const isForeign = ([subset, version]: readonly [string, string]) =>
    subset !== version && (writer === 'foreign' || (before?.foreign.has(subset) ?? false));
  return new Set([...selects].filter(isForeign).map(([subset]) => subset));
}
