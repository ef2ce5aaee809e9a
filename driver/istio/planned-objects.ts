/**
 * Which objects a plan creates and removes: by the manifests, by what is live, and by the record for who has neither. What versions
 * share and is missing comes with the first version that is added.
 */
import { identityOf, nameOf, type ServiceShape } from '../../manifests';
import { adoptedIn, labels, type Manifest, type Release } from '../../model';
import type { ReleaseRecord } from './record';
import type { PlanObjects } from './words/plan';

export interface Known {
  /** Undefined for an operator who has no file. */
  readonly carried: ServiceShape | undefined;
  /** Undefined where objects are no more than a model. */
  readonly live: readonly Manifest[] | undefined;
  readonly record: ReleaseRecord | undefined;
  readonly release: Pick<Release, 'versions'>;
  /** The first version that is added, and what is missing then of what versions share. */
  readonly first?: { readonly version: string; readonly shared: readonly Manifest[] };
}

export function plannedObjects({ carried, live, record, release, first }: Known): PlanObjects {
  const there = new Set(live?.map(identityOf));
  const inManifests = (version: string) => carried?.versions[version]?.objects;
  return {
    created: (version) => {
      const own = inManifests(version)?.filter((object) => !there.has(identityOf(object)));
      const shared = version === first?.version ? first.shared : [];
      return own && [...shared, ...own].map(nameOf);
    },
    removed: (version) => {
      const adopted = adoptedIn(release, version)?.objects.map(({ kind, name }) => `${kind}/${name}`);
      if (adopted) return adopted.filter((name) => live?.some((object) => nameOf(object) === name) ?? true);
      const ofVersion = live?.filter(({ metadata }) => metadata.labels?.[labels.version] === version);
      // A plan creates before it removes: what is live now may be less than it will remove.
      const expected = ofVersion && ofVersion.length > 0 ? ofVersion : inManifests(version);
      return expected?.map(nameOf) ?? record?.objects?.[version]?.map(({ kind, name }) => `${kind}/${name}`);
    },
  };
}
