/**
 * What a release was begun with, beside its record in the cluster: its steps, timings and everything else that carrying on
 * needs. So an operator who has a kubeconfig and nothing else can steer it.
 */
import {
  adoptedVersion,
  bundledGauge,
  meshGateway,
  ownGateway,
  splitRoute,
  versionNames,
  type Release,
} from '../../model';
import type { ReleaseRecord } from './record';

/** Without what only synth needs: the values of an environment may be secrets, and a record is read by many. */
export function recordedRelease(release: Release): NonNullable<ReleaseRecord['release']> {
  const versions = release.versions.map((version) => ({ ...version, env: {} }));
  return { ...release, versions, access: undefined };
}

/** Those that an older handover did not write. */
const fieldsSince = ['inFlight', 'ports', 'splitRoutes', 'gateways'] as const;

/** Undefined for a record of an older handover, which has none. What it did not know yet was so for every release. */
export function releaseOf({ release }: ReleaseRecord): Release | undefined {
  const recorded = release as unknown as Release | undefined;
  if (!recorded || fieldsSince.every((field) => field in recorded)) return recorded;
  const { port, mesh } = recorded;
  const earlier: Pick<Release, (typeof fieldsSince)[number]> = {
    inFlight: bundledGauge(port),
    ports: [port],
    splitRoutes: [splitRoute],
    gateways: [ownGateway, ...(mesh ? [meshGateway] : [])],
  };
  return { ...earlier, ...recorded };
}

/**
 * With the adopted version that this release replaces, when the file lists it no more: so it is since its end was written, and the
 * Deployment may be there for long. Its objects have no label of handover, so whoever is not told their names takes it for gone.
 */
export function withRecordedAdoption(release: Release, record: ReleaseRecord | undefined): Release {
  if (!record || record.mode === 'apply' || adoptedVersion(release) !== undefined) return release;
  if (versionNames(release).includes(record.stable)) return release;
  const left = releaseOf(record)?.versions.find(({ name, adopted }) => name === record.stable && adopted);
  return left ? { ...release, versions: [left, ...release.versions] } : release;
}
