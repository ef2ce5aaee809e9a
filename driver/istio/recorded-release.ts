/**
 * What a release was begun with, beside its record in the cluster: its steps, timings and everything else that carrying on
 * needs. So an operator who has a kubeconfig and nothing else can steer it.
 */
import { bundledGauge, meshGateway, ownGateway, splitRoute, type Release } from '../../model';
import type { ReleaseRecord } from './record';

/** Without what only synth needs: the values of an environment may be secrets, and a record is read by many. */
export function recordedRelease(release: Release): NonNullable<ReleaseRecord['release']> {
  const versions = release.versions.map((version) => ({ ...version, env: {} }));
  return { ...release, versions, access: undefined };
}

/** Undefined for a record of an older handover, which has none. What it did not know yet was so for every release. */
export function releaseOf({ release }: ReleaseRecord): Release | undefined {
  const recorded = release as unknown as Release | undefined;
  if (!recorded) return undefined;
  const { port, mesh } = recorded;
  const earlier = {
    inFlight: bundledGauge(port),
    ports: [port],
    splitRoutes: [splitRoute],
    gateways: [ownGateway, ...(mesh ? [meshGateway] : [])],
  };
  return { ...earlier, ...recorded };
}
