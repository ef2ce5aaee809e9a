/**
 * What a release was begun with, beside its record in the cluster: its steps, timings and everything else that carrying on
 * needs. So an operator who has a kubeconfig and nothing else can steer it.
 */
import { bundledGauge, type Release } from '../../model';
import type { ReleaseRecord } from './record';

/** Without what only synth needs: the values of an environment may be secrets, and a record is read by many. */
export function recordedRelease(release: Release): NonNullable<ReleaseRecord['release']> {
  const versions = release.versions.map((version) => ({ ...version, env: {} }));
  return { ...release, versions, access: undefined };
}

/** Undefined for a record of an older handover, which has none. One before this field counted by the gauge alone. */
export function releaseOf({ release }: ReleaseRecord): Release | undefined {
  const recorded = release as unknown as Release | undefined;
  return recorded && { ...recorded, inFlight: recorded.inFlight ?? bundledGauge(recorded.port), ports: recorded.ports ?? [recorded.port] };
}
