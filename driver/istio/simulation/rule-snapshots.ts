/**
 * From what is written to the DestinationRule to what is in effect, and what a look reads of it. One of its owner's, as a service
 * has it that is taken over, is edited by the same code as on a real cluster. Which pods a subset selects is known beside it: somebody
 * may make that of one version select the pods of another.
 */
import { choicesOf, digestOf, editSubsets, subsetsOf, withChoice, withPolicyOf } from '../../../manifests';
import { adoptedVersion, type Manifest, type Release } from '../../../model';
import type { Action } from '../action';
import { policyChange } from '../kubernetes/route-change';
import { newSubset } from '../kubernetes/write-version';
import type { ObservedSubsets } from '../observation';
import type { Writer } from './blame';
import { hashIn, templateOf, wholeService, type SubsetsSnapshot } from './configuration';
import type { Adoption } from './scenario';

/** By name, what a subset selects: see SubsetsSnapshot. */
export type Selects = ReadonlyMap<string, string>;

type Change = Pick<ObservedSubsets, 'change'>;
type SubsetsWrite = Extract<Action, { kind: 'write-subsets' }>;

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
    { changes, choose }: Pick<SubsetsWrite, 'changes' | 'choose'> = {},
  ): Manifest | undefined {
    const { carried } = this.adoption ?? {};
    if (!carried) return undefined;
    const { destinationRule: wanted } = carried;
    const base = live && changes ? withPolicyOf(wanted, live) : (live ?? wanted);
    const edited = editSubsets(base, versions, (version) => newSubset(carried, this.release, version), wanted);
    return choose ? withChoice(edited, choose.version, choose.hash) : edited;
  }

  /** What the subset of a version selects as it is written there. The labels of one that nobody rolls never change. */
  selectorIn(object: Manifest | undefined, version: string): string {
    if (!object || !this.isRolled(version)) return version;
    const { [version]: hash = '' } = choicesOf(object);
    return hash === '' ? wholeService : templateOf(version, hash);
  }

  /** One that was there before selects what it selected, unless another choice is written. */
  selectsOf(
    versions: readonly string[],
    object: Manifest | undefined,
    before?: Selects,
    choose?: SubsetsWrite['choose'],
  ): Selects {
    const known = (version: string) => (version === choose?.version ? undefined : before?.get(version));
    return new Map(versions.map((version) => [version, known(version) ?? this.selectorIn(object, version)]));
  }

  private isRolled(version: string): boolean {
    return this.adoption?.rolls === true && version === adoptedVersion(this.release);
  }

  /** As a driver reads it; a subset that selects a version otherwise has other labels. */
  chosenBy(selects: Selects): Pick<ObservedSubsets, 'chosenBy'> {
    if (!this.adoption?.rolls) return {};
    const own = [...selects].filter(([name]) => this.isRolled(name));
    const chosen = own.map(([name, selector]) => [name, selector === wholeService ? '' : hashIn(selector)] as const);
    return { chosenBy: Object.fromEntries(chosen.filter(([, hash]) => hash !== undefined)) as Record<string, string> };
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
    const selector = (name: string) => (isVersion(name) ? this.selectorIn(rule, name) : wholeService);
    return new Map(subsetsOf(rule).map((name) => [name, selector(name)]));
  }
}

export function namesIn(selects: Selects): string[] {
  return [...selects.keys()].filter((name) => name !== wholeService);
}

function foreignIn(selects: Selects, writer: Writer, before: SubsetsSnapshot | undefined): ReadonlySet<string> {
  const isForeign = ([subset, selector]: readonly [string, string]) =>
    subset !== selector &&
    (before?.selects.get(subset) === selector ? before.foreign.has(subset) : writer === 'foreign');
  return new Set([...selects].filter(isForeign).map(([subset]) => subset));
}
