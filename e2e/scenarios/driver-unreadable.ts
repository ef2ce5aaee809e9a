/** One gateway serves and answers no question. Whatever needs its answer waits or is refused; the way back does not need it. */
import { annotations, exitCodes, type Manifest } from '../../model';
import { hideAdmin } from '../support/cut-off';
import { waits, wrote, type Driver } from '../support/driver';
import { gatewayPods, gatewaysSplit } from '../support/proxies';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';

export const driverUnreadable: Scenario = {
  name: 'driver-unreadable',
  claim:
    'with a gateway that cannot be read promote is refused and leaves no request; abort is not, and v1 has all traffic; later verbs are refused',
  onRequest: true,
  limitSeconds: 240,
  async run(trial) {
    const release = new ReleaseTrial(trial, { steps: [{ weight: 50 }, { pause: 'until promoted' }] });
    await release.install();
    await release.startLoads(200);
    const driver = release.start(['run', 'v2']);
    await driver.until('pauses', waits('pause'));
    const [pod] = await gatewayPods();
    if (!pod) throw new Error('expected a gateway, found none');
    const show = await hideAdmin(pod);
    trial.atEnd(() => void show().catch(() => undefined));
    await expectRefused(trial, release.start(['promote', '--full']), `${pod}.istio-system could not be read`);
    trial.note(`${pod} cannot be read: promote was refused, and left nothing`);

    const askedMs = Date.now();
    const abort = release.start(['abort']);
    await driver.until('takes the traffic back', wrote('v1-100'), 30);
    trial.note(`the way back was written ${Date.now() - askedMs} ms after abort was started`);
    await driver.until(`waits for ${pod} before it says so`, waits('propagation', pod), 30);
    await show();
    await abort.expectExit(exitCodes.aborted);
    await driver.expectExit(exitCodes.aborted);
    await gatewaysSplit(trial.host, { v1: 100 }, 1);

    for (const verb of [['abort'], ['promote']]) await expectRefused(trial, release.start(verb), 'nothing-under-way');
    await release.expectNothingLost();
  },
};

async function expectRefused({ kubectl }: Trial, driver: Driver, words: string): Promise<void> {
  await driver.expectExit(exitCodes.refused);
  if (!driver.allWords.includes(words)) throw new Error(`expected a refusal with ${words}, found ${driver.lastWords}`);
  const { metadata } = await kubectl.get<Manifest>('virtualservice', 'demo');
  const { [annotations.request]: left } = metadata.annotations ?? {};
  if (left !== undefined) throw new Error(`expected no request in the cluster, found ${left}`);
}
