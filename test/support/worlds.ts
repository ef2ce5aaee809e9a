/** Simulated worlds for tests of the simulation itself: two versions in the file, one or both installed. */
import { calm, World, type Scenario } from '../../driver/istio/simulation';
import type { Action } from '../../driver/istio/action';
import type { Cluster } from '../../driver/istio/cluster';
import type { Clock } from '../../driver/core/clock';
import type { Outcome } from '../../driver/core/outcome';
import type { Observation } from '../../driver/istio/observation';
import type { Release, ReleaseFileInput, Split } from '../../model';
import { bothVersions, releaseOf } from './release';

const file: Partial<ReleaseFileInput> = { versions: bothVersions, weights: { v1: 100 } };

export const listingBoth = (fields: Partial<ReleaseFileInput> = {}) => releaseOf({ ...file, ...fields });

/** A writer that looks before each write, so there is no conflict unless a test provokes one. */
export class Bench {
  readonly client: Cluster & Clock;

  constructor(
    readonly world: World,
    readonly release: Release,
  ) {
    this.client = world.connect();
  }

  look(...inFlightOf: string[]): Promise<Observation> {
    return this.client.observe(this.release, { evidence: 'proxy', inFlightOf });
  }

  async write(action: Action): Promise<Outcome> {
    return this.client.perform(this.release, action, await this.look());
  }

  route(split: Split, marker = JSON.stringify(split)): Promise<Outcome> {
    return this.write({ kind: 'write-route', split, headerVersions: [], probes: [], marker, record: undefined });
  }

  subsets(...versions: string[]): Promise<Outcome> {
    return this.write({ kind: 'write-subsets', versions });
  }

  /** Polls in virtual time; fails rather than hangs. */
  async until(claim: (seen: Observation) => boolean): Promise<Observation> {
    for (let poll = 0; poll < 2_000; poll++) {
      const seen = await this.look();
      if (claim(seen)) return seen;
      await this.world.runOn(50);
    }
    throw new Error('expected the claim to become true within the polls of this test');
  }
}

/** v1 installed; v2 is in the file only. */
export function oneInstalled(
  scenario: Partial<Scenario> = {},
  fields: Partial<ReleaseFileInput> = {},
  seed = 1,
): Bench {
  const release = listingBoth(fields);
  const first = { ...release, versions: release.versions.slice(0, 1) };
  return new Bench(World.installed(first, calm(scenario), seed), release);
}

/** Both installed, all traffic on v1 unless the fields say otherwise. */
export function bothInstalled(
  scenario: Partial<Scenario> = {},
  fields: Partial<ReleaseFileInput> = {},
  seed = 1,
): Bench {
  const release = listingBoth(fields);
  return new Bench(World.installed(release, calm(scenario), seed), release);
}
