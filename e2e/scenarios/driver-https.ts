/**
 * HTTPS by the Gateway that is made for the service, plain HTTP only redirected; said in a file that services share.
 * Not in the list yet, as it was not seen to pass on a cluster.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { PodinfoTrial } from '../support/podinfo';
import type { Scenario } from '../support/scenario';
import { expectRedirect, installCertificate } from '../support/shared-gateway';
import { expectNothingLost } from '../support/verdict';

export const driverHttps: Scenario = {
  name: 'driver-https',
  claim: 'HTTPS and a redirect by the Gateway that is made, by fields of a shared file that stays as it is: none lost',
  limitSeconds: 300,
  onRequest: true,
  async run(trial) {
    const tls = await installCertificate(trial);
    const defaults = join(trial.folder, 'defaults.yaml');
    const gateway = { selector: { istio: 'ingressgateway' }, tlsSecret: trial.namespace, httpsRedirect: true };
    const shared = stringify({ gateway, retries: { attempts: 0 } });
    writeFileSync(defaults, shared);
    const podinfo = new PodinfoTrial(trial, { defaults });
    await podinfo.install();
    await expectRedirect(trial);
    const loads = [
      await trial.startLoad({ load: 'HTTPS, 100 qps', path: '/version', ratePerSecond: 100, connections: 20, tls }),
      await trial.startLoad({ load: 'four seconds, 8 qps', path: '/delay/4', ratePerSecond: 8, connections: 60, tls }),
    ];
    await loads[0]?.untilEnded(200, 60);
    await podinfo.release('v1', 'v2');
    expectNothingLost(...(await trial.finish(...loads)));
    const after = readFileSync(defaults, 'utf8');
    if (after !== shared) throw new Error(`expected the file of defaults as it was, found:\n${after}`);
  },
};
