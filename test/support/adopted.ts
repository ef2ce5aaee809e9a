/** A release whose version v1 is a Deployment that runs. */
import type { Adopted, Release } from '../../model';

export function adopted(release: Release, over: Partial<Adopted> = {}): Release {
  const deployment = {
    deployment: 'storefront',
    objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'storefront' }],
    isKept: false,
    ...over,
  };
  const versions = release.versions.map((each) => (each.name === 'v1' ? { ...each, adopted: deployment } : each));
  return { ...release, versions };
}
