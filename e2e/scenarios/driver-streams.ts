/** A service of WebSockets is never idle: nothing is cut off, until a person accepts how many may be. */
import { exitCodes } from '../../model';
import type { Driver } from '../support/driver';
import { gatewayAddress } from '../support/gateway';
import { PodinfoTrial } from '../support/podinfo';
import type { Scenario } from '../support/scenario';
import { openStreams, type Streams } from '../support/streams';
import type { Trial } from '../support/trial';
import { expectNothingLost } from '../support/verdict';
import { waitUntil } from '../support/wait-until';

const quick = { path: '/version', ratePerSecond: 100, connections: 20 } as const;
const streams = 3;

export const driverStreams: Scenario = {
  name: 'driver-streams',
  claim: `${streams} WebSockets hold a drain up, and none is cut off; --accept-loss for fewer changes nothing; for ${streams}, just they go`,
  onRequest: true,
  limitSeconds: 300,
  async run(trial) {
    const timings = { shutdownDelay: '5s', longestRequest: '6s', exitMargin: '3s', drainLimit: '25s' };
    const podinfo = new PodinfoTrial(trial, {
      retries: { attempts: 0 },
      timings,
      steps: [{ weight: 50 }, { pause: '1s' }],
    });
    await podinfo.install();
    const load = await trial.startLoad({ load: 'podinfo, 100 qps', ...quick });
    await load.untilEnded(200, 60);
    const url = `http://${await gatewayAddress()}/ws/echo`;
    const old = await openStreams(streams, url, trial.host);
    trial.atEnd(() => old.close());

    const accepting = (count: number) => podinfo.drive('run', 'v2', '--accept-loss', `v1=${count}`);
    const first = await podinfo.start('v1', 'v2');
    await first.expectExit(exitCodes['timed-out']);
    expectWords(first, `--accept-loss v1=${streams}`);
    expectOpen(old);
    const fresh = await openStreams(1, url, trial.host);
    trial.atEnd(() => fresh.close());
    trial.note('the drain ended at its limit, and all WebSockets are open');

    await (await accepting(streams - 1)).expectExit(exitCodes['timed-out']);
    expectOpen(old);
    trial.note('one less was accepted than there are: all are open');

    const last = await accepting(streams);
    await last.expectExit(exitCodes.completed);
    const loss = { code: 'accept-loss', version: 'v1', inFlight: streams, accepted: streams };
    expectWords(last, `requests in flight to v1 when it was removed: ${streams}`);
    const history = await podinfo.drive('status', '--history');
    await history.expectExit(exitCodes.completed);
    expectLoss('the history', history.allWords, loss);
    await expectCut(trial, old, fresh);
    expectNothingLost(...(await trial.finish(load)));
  },
};

/**
 * The driver is done when the objects are deleted. Pods end after their grace, and a client hears of it from its gateway: no sooner
 * than the gateway has heard of it from the pod's proxy, which may be a moment after the pod has gone from the API server.
 */
async function expectCut(
  { kubectl, note }: Pick<Trial, 'kubectl' | 'note'>,
  old: Streams,
  fresh: Streams,
): Promise<void> {
  await kubectl.run('wait', 'pods', '--selector', 'version=v1', '--for', 'delete', '--timeout', '60s');
  note(`the pods of v1 are gone, and ${old.open} of its WebSockets are open`);
  const areCut = () => old.cut === streams || `${old.open} are open`;
  await waitUntil(`the client is told of the end of ${streams} WebSockets to v1`, areCut, { limitSeconds: 30 });
  note(`${old.cut} of ${streams} WebSockets to v1 were cut off, ${fresh.cut} to v2`);
  if (fresh.cut !== 0) throw new Error(`expected no WebSocket to v2 to be cut off, found ${fresh.cut}`);
}

function expectOpen({ open, cut }: Streams): void {
  if (open !== streams || cut > 0)
    throw new Error(`expected ${streams} open WebSockets, found ${open}, ${cut} cut off`);
}

function expectWords({ allWords, lastWords }: Driver, words: string): void {
  if (!allWords.includes(words)) throw new Error(`expected to read ${words}, found ${lastWords}`);
}

function expectLoss(what: string, text: string, loss: Readonly<Record<string, unknown>>): void {
  const missing = Object.entries(loss).filter(([key, value]) => !text.includes(`"${key}":${JSON.stringify(value)}`));
  if (missing.length > 0) throw new Error(`expected ${what} to tell ${JSON.stringify(loss)}, found ${text}`);
}
