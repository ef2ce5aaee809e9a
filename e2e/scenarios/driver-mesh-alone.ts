/** A service that is not published: no gateway routes to it, so the sidecars of its clients are all the evidence that there is. */
import { serviceHost } from '../../model';
import { MeshLoad, startMeshClients } from '../support/mesh-client';
import { PodinfoTrial } from '../support/podinfo';
import type { Scenario } from '../support/scenario';
import { expectNothingLost } from '../support/verdict';
import { waitUntil } from '../support/wait-until';

const ratePerSecond = 100;
const maxSeconds = 180;

export const driverMeshAlone: Scenario = {
  name: 'driver-mesh-alone',
  claim: 'podinfo with the mesh as its only gateway: a client inside the mesh loses nothing',
  limitSeconds: 300,
  async run(trial) {
    const podinfo = new PodinfoTrial(trial, { gateways: ['mesh'], hosts: [] });
    await podinfo.install();
    await startMeshClients(trial);
    const inside = new MeshLoad(trial, {
      url: `http://${serviceHost('podinfo', trial.namespace)}:9898/version`,
      ratePerSecond,
      maxSeconds,
    });
    await waitUntil('the client in the mesh is served', () => inside.requestsEnded > 100 || 'too few requests');
    await podinfo.release('v1', 'v2');
    expectNothingLost(...(await trial.finish(inside)));
  },
};
