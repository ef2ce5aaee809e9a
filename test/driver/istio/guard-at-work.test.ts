/** A rule that is wrong: decide() answers with a write that loses requests. Neither the driver nor the plan may follow it. */
import { calm, World } from '../../../driver/istio/simulation';
import type { Action } from '../../../driver/istio/action';
import { planOf } from '../../../driver/istio/plan';
import { driven } from '../../support/driven';
import { observed, recordWith, releaseWith } from '../../support/observations';

const unsafe: Action = {
  kind: 'write-route',
  split: { v2: 100 },
  headerVersions: [],
  probes: [],
  marker: 'split@r1.9',
  record: recordWith(),
};

jest.mock('../../../driver/istio/decide', () => ({
  decide: () => ({ kind: 'act', action: unsafe, because: [{ code: 'as-in-file' }] }),
}));

const release = releaseWith();
const order = { kind: 'run', canary: 'v2' } as const;
const refused = { code: 'unsafe-write', action: unsafe, violation: { invariant: 'S1', version: 'v2' } };

it('the driver ends and writes nothing when the guard refuses the write', async () => {
  const installed = { ...release, versions: release.versions.slice(0, 1) };
  const world = World.installed(installed, calm(), 1);
  const told: unknown[] = [];
  const ending = await driven(world.connect(), release, {
    emit: (event) => told.push(event),
    analyse: () => Promise.reject(new Error('expected no analysis')),
  });
  expect(ending).toMatchObject({ outcome: 'held', code: 'unsafe-write' });
  expect(world.api.readRoute()).toMatchObject({ split: { v1: 100 }, marker: 'split' });
  expect(told).not.toContainEqual(expect.objectContaining({ event: 'wrote' }));
});

it('the plan ends with what the guard refuses', () => {
  expect(planOf(release, order, observed())).toMatchObject({ steps: [], obstacle: refused });
});
