/**
 * A DestinationRule of its owner's, as a service has it that is taken over, or none yet. It is edited by the same code as on a real
 * cluster. Which pods a subset selects is known beside it: somebody may make that of one version select the pods of another.
 */
import { digestOf, editSubsets, subsetsOf, withPolicyOf } from '../../../manifests';
import type { Manifest, Release } from '../../../model';
import type { Action } from '../action';
import { policyChange } from '../kubernetes/route-change';
import { newSubset } from '../kubernetes/write-version';
import type { ObservedSubsets } from '../observation';
import { wholeService } from './configuration';
import type { Adoption } from './scenario';

type SubsetsWrite = Extract<Action, { kind: 'write-subsets' }>;

type Read = Pick<ObservedSubsets, 'change' | 'digest'>;

export class OwnRule {
  private readonly known = new WeakMap<Manifest, Read>();

  constructor(
    private readonly adoption: Adoption,
    private readonly release: Pick<Release, 'versions'>,
  ) {}

  /** Without a live one it is created, as synth writes it. */
  written(live: Manifest | undefined, versions: readonly string[], changes?: SubsetsWrite['changes']): Manifest {
    const { carried } = this.adoption;
    const { destinationRule: wanted } = carried;
    const base = live && changes ? withPolicyOf(wanted, live) : (live ?? wanted);
    return editSubsets(base, versions, (version) => newSubset(carried, this.release, version), wanted);
  }

  /** Once for each object, as of a route. */
  read(live: Manifest): Read {
    const known = this.known.get(live);
    if (known) return known;
    const change = policyChange(live, this.adoption.carried);
    const read = { digest: digestOf(live), ...(change && { change }) };
    this.known.set(live, read);
    return read;
  }

  /** By its subsets: a version, or all pods for one that is the owner's. */
  selects(rule: Manifest): ReadonlyMap<string, string> {
    const isVersion = (name: string) => this.release.versions.some((version) => version.name === name);
    return new Map(subsetsOf(rule).map((name) => [name, isVersion(name) ? name : wholeService]));
  }
}
