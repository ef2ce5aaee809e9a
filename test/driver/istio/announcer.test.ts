/** Kubernetes Events: one for each step and one for the ending. No release waits for one. */
import type { Announcement } from '../../../driver/istio/announcement';
import { Announcer } from '../../../driver/istio/announcer';
import type { Event } from '../../../driver/istio/events';
import { waitFor } from '../../../driver/istio/decision';
import { endedElsewhere } from '../../../driver/istio/ended-by-history';
import type { ReleaseRecord } from '../../../driver/istio/record';
import { exitCodes } from '../../../model';
import { observed, recordWith, releaseWith } from '../../support/observations';
import { installed, withV2 } from '../../support/shop-release';
import { simulatedIo, type SimulatedIo } from '../../support/simulated-io';
import { VirtualClock } from '../../support/virtual-clock';

type Announce = (announcement: Announcement) => Promise<void>;

function announcing(announce: Announce) {
  const told: Event[] = [];
  const cluster = { announce: (_: unknown, announcement: Announcement) => announce(announcement) };
  const release = releaseWith('steps: [{ weight: 10 }, { pause: 10s }]');
  const clock = new VirtualClock();
  const announcer = new Announcer({ cluster, release, clock, emit: (event) => void told.push(event) });
  const look = (fields?: Partial<ReleaseRecord>) =>
    announcer.hear({
      event: 'decided',
      decision: waitFor({ for: 'pause', remainingSeconds: 1 }),
      seen: observed({ split: { v1: 100 }, ...(fields && { record: recordWith(fields) }) }),
    });
  return { announcer, look, told, clock };
}

it('tells each step once, however often it is seen, and the ending', async () => {
  const sent: Announcement[] = [];
  const { announcer, look } = announcing((each) => Promise.resolve(void sent.push(each)));
  for (const step of [0, 0, 1, 1, 2]) look({ step });
  look({ step: 2, mode: 'abort' });
  await announcer.end({ outcome: 'aborted', because: 'an operator asked to abort' });
  expect(sent.map(({ type, reason, note }) => `${type} ${reason} ${note}`)).toEqual([
    'Normal ReleaseStep v1 to v2: add v2',
    'Normal ReleaseStep v1 to v2: step 1 of 3: weight 10',
    'Normal ReleaseStep v1 to v2: step 2 of 3: pause 10 s',
    'Normal ReleaseStep v1 to v2: abort',
    'Warning ReleaseAborted aborted: an operator asked to abort',
  ]);
});

it.each([
  ['locked' as const, undefined, 1],
  ['completed' as const, undefined, 0],
  ['completed' as const, endedElsewhere, 1],
])(
  'says nothing of an ending that is not its own: %s (%s) after %i looks at a release',
  async (outcome, code, looks) => {
    const sent: string[] = [];
    const { announcer, look } = announcing(({ reason }) => Promise.resolve(void sent.push(reason)));
    for (let i = 0; i < looks; i++) look({});
    await announcer.end({ outcome, code, because: '' });
    expect(sent).toEqual(Array.from({ length: looks }, () => 'ReleaseStep'));
  },
);

it('says once that it may not, and tries no more', async () => {
  let tries = 0;
  const { announcer, look, told } = announcing(() => Promise.reject(new Error(`forbidden ${++tries}`)));
  look({ step: 0 });
  look({ step: 1 });
  await announcer.end({ outcome: 'completed', because: '' });
  expect(told).toEqual([{ event: 'unannounced', because: 'forbidden 1' }]);
  expect(tries).toBe(1);
});

it('an API server that does not answer delays no look, and the ending for two seconds at most', async () => {
  const { announcer, look, clock } = announcing(() => new Promise(() => undefined));
  look({ step: 0 });
  look({ step: 1 });
  expect(clock.nowMs()).toBe(0);
  await announcer.end({ outcome: 'completed', because: '' });
  expect(clock.nowMs()).toBe(2_000);
});

describe('a whole release', () => {
  const connected = async (io: SimulatedIo, announce: Announce) =>
    Object.assign(await io.connect({}), { announce: (_: unknown, each: Announcement) => announce(each) });

  it('is told in all its steps', async () => {
    const io = simulatedIo({ file: withV2, installed });
    const sent: string[] = [];
    await connected(io, ({ reason, note }) => Promise.resolve(void sent.push(`${reason} ${note}`)));
    expect(await io.run(['run', 'v2'])).toBe(exitCodes.completed);
    expect(sent.map((text) => text.replace(/: every proxy.*/, ''))).toEqual([
      'ReleaseStep v1 to v2: add v2',
      'ReleaseStep v1 to v2: step 1 of 4: weight 10',
      'ReleaseStep v1 to v2: step 2 of 4: pause 1 s',
      'ReleaseStep v1 to v2: step 3 of 4: weight 50',
      'ReleaseStep v1 to v2: step 4 of 4: weight 100',
      'ReleaseStep v1 to v2: remove v1',
      'ReleaseCompleted completed',
    ]);
  });

  it('goes on without the right, and says so in one line', async () => {
    const io = simulatedIo({ file: withV2, installed });
    await connected(io, () => Promise.reject(new Error('events.events.k8s.io is forbidden')));
    expect(await io.run(['run', 'v2'])).toBe(exitCodes.completed);
    const warnings = io.printed.err.split('\n').filter((line) => line.includes('Kubernetes Events'));
    expect(warnings).toEqual([
      expect.stringMatching(/warning: no Kubernetes Events are written .*: events\.events\.k8s\.io is forbidden$/),
    ]);
  });
});
