/** A route of the mesh: requests of a sidecar follow the weights, and no step is taken before that sidecar was seen to. */
import { exitCodes } from '../../model';
import { MeshLoad, startMeshClients } from '../support/mesh-client';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';
import { expectNothingLost } from '../support/verdict';
import { waitUntil } from '../support/wait-until';
import { hostOf } from './two-versions';

const ratePerSecond = 100;
const maxSeconds = 120;

export const driverMesh: Scenario = {
  name: 'driver-mesh',
  claim:
    'with the mesh among its gateways a client inside the mesh loses nothing either, its sidecar is evidence, and one apart is not waited for',
  limitSeconds: 180,
  async run(trial) {
    const release = new ReleaseTrial(trial, {
      gateways: ['own', 'mesh'],
      steps: [{ weight: 10 }, { pause: '2s' }, { weight: 50 }],
    });
    await release.install();
    await startMeshClients(trial);
    const inside = new MeshLoad(trial, {
      url: `http://${hostOf(trial.namespace)}:8080/k8s/demo`,
      ratePerSecond,
      maxSeconds,
    });
    await release.startLoads(200);
    await waitUntil('the client in the mesh is served', () => inside.requestsEnded > 100 || 'too few requests');
    const driver = release.start(['run', 'v2']);
    await driver.expectExit(exitCodes.completed);
    const [summary] = await trial.finish(inside);
    await release.expectNothingLost();
    if (!summary) throw new Error('expected a summary of the load in the mesh, found none');
    expectNothingLost(summary);
    expectBothVersions(summary.byVersion);
    expectSeen(driver.proxiesSeen, `client.${trial.namespace}`, `client-apart.${trial.namespace}`);
    await release.expectLiveEqualsFiles();
  },
};

/** A load that never met v2 would say nothing of the split inside the mesh. */
function expectBothVersions(byVersion: Readonly<Record<string, number>>): void {
  if ((byVersion['v1'] ?? 0) > 0 && (byVersion['v2'] ?? 0) > 0) return;
  throw new Error(`expected answers of v1 and v2 inside the mesh, found ${JSON.stringify(byVersion)}`);
}

function expectSeen(seen: ReadonlySet<string>, sidecar: string, apart: string): void {
  if (seen.has(sidecar) && !seen.has(apart)) return;
  throw new Error(`expected evidence of ${sidecar} and not of ${apart}, found that of ${[...seen].join(', ')}`);
}
