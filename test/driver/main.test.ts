import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { releaseManifests } from '../../charts';
import { exitCodes, parseRelease, Refusal, type Release } from '../../model';
import { installed, pausedAndStopped, withV2 } from '../support/shop-release';
import { simulatedIo } from '../support/simulated-io';

describe('handover plan', () => {
  it('prints every write and wait in order, changes nothing and exits 2', async () => {
    const io = simulatedIo({ file: withV2, installed });
    expect(await io.run(['plan', 'v2'])).toBe(exitCodes.changes);
    expect(io.printed.out).toMatchSnapshot();
    expect(io.world.result().timeline.filter(({ text }) => text.includes('written'))).toEqual([]);
  });

  it('exits 0 when the cluster is as the file says', async () => {
    const io = simulatedIo({ file: installed, installed });
    expect(await io.run(['plan'])).toBe(exitCodes.completed);
    expect(io.printed.out).toBe('nothing to do: the cluster is as the file says\n');
  });

  it('prints the same lines as JSON for a program', async () => {
    const io = simulatedIo({ file: withV2, installed });
    await io.run(['plan', 'v2', '--json']);
    expect(JSON.parse(io.printed.out)).toContainEqual(
      expect.objectContaining({ kind: 'write', what: 'write the route v1-90.v2-10' }),
    );
  });
});

describe('handover run', () => {
  it('moves all traffic, removes the old version and edits the release file', async () => {
    const io = simulatedIo({ file: withV2, installed });
    expect(await io.run(['run', 'v2'])).toBe(exitCodes.completed);
    expect(io.printed.out).toBe('completed: every proxy routes by v2-100\n');
    expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
    const edited = readFileSync(io.file, 'utf8');
    expect(edited).toContain("v2: { image: 'demo:2' } # new");
    expect(edited).not.toContain('demo:1');
    expect(edited).toMatch(/^# the shop\n/);
  });

  it('says that the files say what is live only when it has seen that, and names what is otherwise', async () => {
    const released = releaseOfText(withV2.replace(/ {2}v1: .*\n/, '').replace('v1: 100', 'v2: 100'));
    const asReleased = releaseManifests(released).filter(({ kind }) => !/^(Namespace|Service.*|Gateway)$/.test(kind));
    const withoutBudget = asReleased.filter(({ kind }) => kind !== 'PodDisruptionBudget');
    const found: string[] = [];
    for (const objects of [asReleased, withoutBudget, undefined]) {
      const io = simulatedIo({ file: withV2, installed });
      let looks = 0;
      // Before the first write it can be told; at the end it is as each case says.
      const live = () => {
        if (looks++ === 0) return Promise.resolve(asReleased);
        return objects ? Promise.resolve(objects) : Promise.reject(new Error('no right to look'));
      };
      const connect = async () => Object.assign(await io.connect({}), { live });
      await io.run(['run', 'v2'], { connect });
      found.push(
        io.printed.err.split('\n').slice(-3).join('\n').replaceAll(io.file, 'FILE').replaceAll(io.dist, 'dist'),
      );
    }
    expect(found[0]).toMatch(/^FILE and dist\/ now say what is live$/m);
    expect(found[1]).toBe(
      'warning: live is not as the file says: PodDisruptionBudget/demo-v2: expected an object, found nothing\n' +
        'FILE and dist/ now say what was released\n',
    );
    expect(found[2]).toMatch(/^FILE and dist\/ now say what was released$/m);
  });

  it('leaves the files alone with --no-write-back, and its ending has what they should say', async () => {
    const io = simulatedIo({ file: withV2, installed });
    const args = ['run', 'v2', '--json', '--no-write-back'];
    expect(await io.run(args)).toBe(exitCodes.completed);
    expect(readFileSync(io.file, 'utf8')).toBe(withV2);
    expect(existsSync(io.dist)).toBe(false);
    const { outcome, releaseFile } = JSON.parse(io.printed.out) as { outcome: string; releaseFile: string };
    expect(outcome).toBe('completed');
    expect(releaseFile).toMatch(/^# the shop\n[^]*v2: { image: 'demo:2' } # new\nweights: { v2: 100 }\n/);
    expect(releaseFile).not.toContain('demo:1');
  });

  it('releases a file that it cannot edit when its owner edits it, and says that it did not', async () => {
    const anchored = withV2
      .replace("v1: { image: 'demo:1' }", "v1: { image: 'demo:1', env: &e { A: b } }")
      .replace("'demo:2' }", "'demo:2', env: *e }");
    const io = simulatedIo({ file: anchored, installed: anchored.replace(/ {2}v2: .*\n/, '') });
    expect(await io.run(['run', 'v2'])).toBe(exitCodes.refused);
    expect(await io.run(['run', 'v2', '--no-write-back'])).toBe(exitCodes.completed);
    expect(io.printed.err).toContain('was left as it is, and it cannot be edited in place');
    expect(readFileSync(io.file, 'utf8')).toBe(anchored);
  });

  it('with ready manifests says that they are as before', async () => {
    const io = simulatedIo({ file: withV2, installed });
    const manifestsIn = () => io.synth.synthesize({ releaseFile: io.file });
    const args = ['run', 'v2', '--manifests', io.dist];
    expect(await io.run(args, { synth: { ...io.synth, manifestsIn } })).toBe(exitCodes.completed);
    expect(io.printed.err).toContain(`now says what was released; ${io.dist}/ still has the manifests from before`);
  });

  it('says that a release is completed whose file was edited meanwhile, overwrites nothing and does not exit 0', async () => {
    const io = simulatedIo({ file: withV2, installed });
    const running = io.run(['run', 'v2']);
    await io.clock.sleep(3_000);
    writeFileSync(io.file, `${withV2}# a note\n`);
    expect(await running).toBe(exitCodes.failed);
    expect(io.printed.out).toBe('completed: every proxy routes by v2-100\n');
    expect(io.printed.err).toContain('the release is completed, but not written down: expected');
    expect(readFileSync(io.file, 'utf8')).toBe(`${withV2}# a note\n`);
  });

  it('does what its plan says, write for write', async () => {
    const planned = simulatedIo({ file: withV2, installed });
    await planned.run(['plan', 'v2', '--json']);
    const lines = JSON.parse(planned.printed.out) as { kind: string; what: string }[];
    const io = simulatedIo({ file: withV2, installed });
    await io.run(['run', 'v2']);
    const written = io.world.result().timeline.flatMap(({ text }) => /^(.*): written$/.exec(text)?.[1] ?? []);
    expect(written).toEqual(lines.filter(({ kind }) => kind === 'write').map(({ what }) => what));
  });

  it('by probes gives the route probes, takes them away again, and does what its plan says', async () => {
    const flags = ['v2', '--evidence', 'probe'];
    const planned = simulatedIo({ file: withV2, installed });
    await planned.run(['plan', ...flags, '--json']);
    const lines = JSON.parse(planned.printed.out) as { kind: string; what: string }[];
    const io = simulatedIo({ file: withV2, installed });
    expect(await io.run(['run', ...flags])).toBe(exitCodes.completed);
    expect(io.printed.out).toBe('completed: every gateway (by its answers to probes) routes by v2-100\n');
    expect(io.printed.err).toContain('; probed at 2 of 2 proxies');
    const written = io.world.result().timeline.flatMap(({ text }) => /^(.*): written$/.exec(text)?.[1] ?? []);
    expect(written).toEqual(lines.filter(({ kind }) => kind === 'write').map(({ what }) => what));
    expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
    expect(io.world.api.readRoute()).toMatchObject({ probes: [], record: undefined, marker: 'split' });
  });

  it('by assumptions warns of each write that rests on one', async () => {
    const io = simulatedIo({ file: withV2, installed });
    const flags = ['--evidence', 'assumed', '--assume-after', '20'];
    expect(await io.run(['run', 'v2', ...flags])).toBe(exitCodes.completed);
    const writes = io.world.result().timeline.filter(({ text }) => /^(write|delete) .*: written$/.test(text));
    expect(io.printed.err.match(/WARNING: no proxy was asked/g)).toHaveLength(writes.length);
  });

  it('with --dry-run prints the plan and changes nothing', async () => {
    const io = simulatedIo({ file: withV2, installed });
    expect(await io.run(['run', 'v2', '--dry-run'])).toBe(exitCodes.changes);
    expect(io.world.result().timeline.filter(({ text }) => text.includes('written'))).toEqual([]);
  });

  it('aborts by itself when the new version never gets ready', async () => {
    const io = simulatedIo({ file: withV2, installed, scenario: { neverReady: ['v2'] } });
    expect(await io.run(['run', 'v2'])).toBe(exitCodes.aborted);
    expect(io.printed.out).toContain('aborted: v2 was not ready within 120 s');
    expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
  });

  it('names the proxy that is behind when the time for it is over, and leaves the traffic where it is', async () => {
    const freeze = { kind: 'freeze', proxy: 1, forMs: 600_000, when: { afterWrites: 0, ms: 0 } } as const;
    const io = simulatedIo({ file: withV2, installed, scenario: { accidents: [freeze] } });
    expect(await io.run(['run', 'v2', '--timeout', '30'])).toBe(exitCodes['timed-out']);
    expect(io.printed.out).toContain('gateway-2 still routes demo.example.com by split');
    expect(io.world.result()).toMatchObject({ lost: [] });
  });

  it('tells a second driver who holds the lock and since when', async () => {
    const io = simulatedIo({ file: withV2, installed });
    io.world.api.lease.take('the first driver', 3_600);
    expect(await io.run(['run', 'v2'])).toBe(exitCodes.locked);
    expect(io.printed.out).toMatch(/^locked: the first driver holds the lock since 1970-01-01T/);
  });

  it('stops on request, and the same command carries on', async () => {
    const io = simulatedIo({ file: withV2, installed });
    const stop = new AbortController();
    const first = io.run(['run', 'v2'], { stop: stop.signal });
    await io.clock.sleep(3_500);
    stop.abort();
    expect(await first).toBe(exitCodes.stopped);
    expect(await io.run(['run', 'v2'])).toBe(exitCodes.completed);
    expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
  });
});

describe('what is live beside what synth wrote', () => {
  const before = () => releaseManifests(releaseOfText(installed));
  const onLive = async (args: readonly string[], file: string) => {
    const io = simulatedIo({ file, installed });
    const connect = async () => Object.assign(await io.connect({}), { live: () => Promise.resolve(before()) });
    const code = await io.run(args, { connect });
    const written = io.world.result().timeline.filter(({ text }) => text.includes('written'));
    return { code, err: io.printed.err, written };
  };

  it.each([
    [
      'an image',
      installed.replace('demo:1', 'demo:9'),
      /Deployment\/demo-v1 .*image: expected "demo:9", found "demo:1"/,
    ],
    ['an environment', `${installed}env: {A: b}\n`, /ConfigMap\/demo-v1 .*expected/],
  ])('is refused when apply finds %s changed under a name', async (_, file, message) => {
    const { code, err, written } = await onLive(['apply'], file);
    expect([code, written]).toEqual([exitCodes.refused, []]);
    expect(err).toMatch(message);
  });

  it('is only warned of when run finds it at a version that it does not create', async () => {
    const { code, err } = await onLive(['run', 'v2'], withV2.replace('demo:1', 'demo:9'));
    expect(code).toBe(exitCodes.completed);
    expect(err).toMatch(/^warning: Deployment\/demo-v1 .*expected "demo:9", found "demo:1"$/m);
  });

  it('is refused with the difference when a route would change by more than weights', async () => {
    const { code, err, written } = await onLive(['run', 'v2'], `${withV2}retries: { attempts: 7 }\n`);
    expect([code, written]).toEqual([exitCodes.refused, []]);
    expect(err).toMatch(/VirtualService\/demo spec\.http\[split\]\.retries: expected .*7/);
  });

  it('never holds up an abort: the file may be corrected afterwards', async () => {
    const file = withV2.replace('pause: 1s', 'pause: until promoted');
    const io = simulatedIo({ file, installed });
    await pausedAndStopped(io);
    writeFileSync(io.file, `${file.replace('demo:1', 'demo:9')}retries: { attempts: 7 }\n`);
    const connect = async () => Object.assign(await io.connect({}), { live: () => Promise.resolve(before()) });
    expect(await io.run(['abort'], { connect })).toBe(exitCodes.aborted);
  });

  it('is refused when the API server would not create an object of the new version', async () => {
    const io = simulatedIo({ file: withV2, installed });
    const refusedObjects = (version: string) => Promise.resolve([`Deployment/demo-${version}: a quota forbids it`]);
    const others = { live: () => Promise.resolve(before()), refusedObjects };
    const connect = async () => Object.assign(await io.connect({}), others);
    expect(await io.run(['run', 'v2'], { connect })).toBe(exitCodes.refused);
    expect(io.printed.err).toContain('the API server would create, found Deployment/demo-v2: a quota forbids it');
    expect(io.world.result().timeline.filter(({ text }) => text.includes('written'))).toEqual([]);
  });

  it('is never looked at when the end cannot be synthesized: nothing has moved then', async () => {
    const io = simulatedIo({ file: withV2, installed });
    const { synthesize } = io.synth;
    const broken = ({ text, ...request }: Parameters<typeof synthesize>[0]) =>
      text === undefined ? synthesize(request) : Promise.reject(new Refusal('synth', 'success', 'an error', 'mend it'));
    expect(await io.run(['run', 'v2'], { synth: { ...io.synth, synthesize: broken } })).toBe(exitCodes.refused);
    expect(io.world.result().timeline.filter(({ text }) => text.includes('written'))).toEqual([]);
  });
});

describe('refusals before the first write', () => {
  it.each([
    ['a version that the file does not list', ['run', 'v3'], withV2, 'expected one of v1, v2, found v3'],
    [
      'every problem of the file at once',
      ['plan'],
      installed.replace('v1: 100', 'v1: 90'),
      'release.yaml:7:1 weights: expected',
    ],
    ['an operator verb without a release', ['abort'], withV2, 'expected a release under way, found none'],
    [
      'an analysis by requests without the address that it needs',
      ['run', 'v2'],
      withV2.replace('{ pause: 1s }', '{ analyse: answers }') + 'analyses: { answers: { requests: { path: / } } }\n',
      "expected the gateway's address for an analysis that sends requests, found none; give it with --gateway-address",
    ],
    ['--unsafe-no-gate', ['run', 'v2', '--unsafe-no-gate'], withV2, 'it is for the tests of handover itself'],
  ])('refuse %s', async (_, args, file, message) => {
    const io = simulatedIo({ file, installed });
    expect(await io.run(args)).toBe(exitCodes.refused);
    expect(io.printed.err).toContain(message);
    expect(io.world.result().timeline.filter(({ text }) => text.includes('written'))).toEqual([]);
  });

  it.each([
    [
      'true',
      installed,
      `${withV2}gateways: [own, mesh]\n`,
      'for the gateways and the mesh, found a VirtualService for the gateways alone',
    ],
    [
      'false',
      `${installed}gateways: [own, mesh]\n`,
      withV2,
      'for the gateways alone, found a VirtualService for the gateways and',
    ],
  ])('name a route that is served elsewhere than mesh: %s says', async (_, before, file, message) => {
    const io = simulatedIo({ file, installed: before });
    expect(await io.run(['run', 'v2'])).toBe(exitCodes.refused);
    expect(io.printed.err).toContain(message);
    expect(io.world.result().timeline.filter(({ text }) => text.includes('written'))).toEqual([]);
  });

  it.each([
    [['--evidence', 'assumed'], 'expected a number of seconds for --assume-after, found none'],
    [['--evidence', 'assumed', '--assume-after', '0'], 'expected a number of seconds for --assume-after, found 0'],
    [['--assume-after', '60'], 'expected --assume-after only with --evidence assumed, found 60'],
    [['--evidence', 'hope'], "argument 'hope' is invalid"],
  ])('name what is wrong with %p', async (flags, message) => {
    const io = simulatedIo({ file: withV2, installed });
    expect(await io.run(['run', 'v2', ...flags])).toBe(exitCodes.failed);
    expect(io.printed.err).toContain(message);
  });

  it('name a route of the mesh, which no probe can follow', async () => {
    const io = simulatedIo({
      file: `${withV2}gateways: [own, mesh]\n`,
      installed: `${installed}gateways: [own, mesh]\n`,
    });
    expect(await io.run(['plan', 'v2', '--evidence', 'probe'])).toBe(exitCodes.failed);
    expect(io.printed.err).toContain(
      'expected a route of gateways alone for --evidence probe, found mesh among the gateways of the file',
    );
  });

  it('name a redirect, which answers each probe', async () => {
    const gateway = 'gateway: { selector: { istio: gate }, tlsSecret: shop, httpsRedirect: true }\n';
    const io = simulatedIo({ file: withV2 + gateway, installed: installed + gateway });
    expect(await io.run(['plan', 'v2', '--evidence', 'probe'])).toBe(exitCodes.failed);
    expect(io.printed.err).toContain(
      'expected a gateway that lets plain HTTP through for --evidence probe, found gateway.httpsRedirect in the file',
    );
  });

  it.each([
    ['an address', 'http://me:s3cr3t@prometheus', undefined],
    ['a variable', 'http://prometheus', 's3cr3t'],
    ['a variable of two lines', 'http://prometheus', 'Bearer s3cr3t\ns3cr3t'],
  ])('never print the credentials in %s that is wrong', async (_, address, HANDOVER_PROMETHEUS_AUTHORIZATION) => {
    const io = simulatedIo({ file: withV2, installed });
    const environment = { HANDOVER_PROMETHEUS_AUTHORIZATION };
    expect(await io.run(['run', 'v2', '--prometheus-address', address], { environment })).toBe(exitCodes.failed);
    expect(io.printed.err).toContain('found something else');
    expect(io.printed.err + io.printed.out).not.toContain('s3cr3t');
  });

  it('name a timeout that is no number', async () => {
    const io = simulatedIo({ file: withV2, installed });
    expect(await io.run(['run', 'v2', '--timeout', 'soon'])).toBe(exitCodes.failed);
    expect(io.printed.err).toContain('expected a number of seconds for --timeout, found soon');
  });
});

describe('handover apply', () => {
  it('makes any edit of weights and versions true, safely', async () => {
    const edited = withV2.replace('v1: 100', 'v1: 30, v2: 70');
    const io = simulatedIo({ file: edited, installed });
    expect(await io.run(['apply'])).toBe(exitCodes.completed);
    writeFileSync(io.file, edited.replace(/ {2}v1: .*\n/, '').replace('v1: 30, v2: 70', 'v2: 100'));
    expect(await io.run(['apply'])).toBe(exitCodes.completed);
    expect([...io.world.workloads.deployments.keys()]).toEqual(['v2']);
    expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
  });
});

describe('handover status', () => {
  it('shows versions and proxies, and changes nothing', async () => {
    const io = simulatedIo({ file: withV2, installed });
    expect(await io.run(['status'])).toBe(exitCodes.completed);
    expect(io.printed.out).toMatchSnapshot();
  });

  it('--watch follows a release that another process drives, and ends with it', async () => {
    const io = simulatedIo({ file: withV2, installed });
    const driving = io.run(['run', 'v2']);
    await io.clock.sleep(2_000);
    const watched = { out: '', err: '' };
    const client = io.world.connect();
    const watching = await io.run(['status', '--watch'], {
      out: (text) => void (watched.out += text),
      err: (text) => void (watched.err += text),
      isTerminal: true,
      clock: client,
      connect: () => Promise.resolve(client),
    });
    expect([watching, await driving]).toEqual([exitCodes.completed, exitCodes.completed]);
    expect(watched.err).toContain('✔ add v2   ✔ 10 %');
    expect(watched.err).not.toContain('write the route');
    expect(watched.out).toContain('completed: the history of releases says: from v1 to v2 was completed at ');
  });

  it('--watch ends at once where no release is under way', async () => {
    const io = simulatedIo({ file: withV2, installed });
    expect(await io.run(['status', '--watch'])).toBe(exitCodes.completed);
    expect(io.printed.out).toContain('demo: v1-100; no release is under way');
  });
});

describe('handover rehearse', () => {
  it('shows a release that loses nothing beside orders that do, without a cluster', async () => {
    const io = simulatedIo({ file: installed, installed });
    const connect = () => Promise.reject(new Error('there is no cluster'));
    expect(await io.run(['rehearse', '--json'], { connect })).toBe(exitCodes.completed);
    const rows = JSON.parse(io.printed.out) as {
      order: string;
      world: string;
      requests: number;
      lost: unknown[];
    }[];
    const own = rows.filter(({ order }) => order === 'handover');
    expect(own).toHaveLength(3);
    expect(own.every(({ requests, lost }) => requests > 500 && lost.length === 0)).toBe(true);
    const others = new Set(rows.filter(({ lost }) => lost.length > 0).map(({ order }) => order));
    expect(others.size).toBe(5);
    // Counted over one time in each world.
    for (const name of new Set(rows.map(({ world }) => world)))
      expect(new Set(rows.filter(({ world }) => world === name).map(({ requests }) => requests)).size).toBe(1);
  });

  it('refuses probes through sidecars, as a release does', async () => {
    const io = simulatedIo({ file: `${installed}gateways: [own, mesh]\n`, installed });
    expect(await io.run(['rehearse', '--evidence', 'probe'])).toBe(exitCodes.failed);
    expect(io.printed.err).toContain('mesh among the gateways of the file');
  });

  it.each([
    ['v1', 'v1, which has the traffic'],
    ['V9', 'V9'],
  ])('refuses %s, to which no traffic can move', async (version, found) => {
    const io = simulatedIo({ file: withV2, installed });
    expect(await io.run(['rehearse', version])).toBe(exitCodes.refused);
    expect(io.printed.err).toContain(
      `unknown-version: expected a listed version to which traffic can move, found ${found}; name v2`,
    );
  });

  it('leaves pauses out, also those that wait for a person', async () => {
    const file = withV2.replace(/steps:[^]*?(?=\n\S|$)/, 'steps: [{weight: 10}, {pause: until promoted}, {pause: 9h}]');
    const io = simulatedIo({ file, installed });
    expect(await io.run(['rehearse', '--json'])).toBe(exitCodes.completed);
    const [own] = JSON.parse(io.printed.out) as { seconds: number }[];
    expect(own?.seconds).toBeLessThan(60);
  });

  it('tells the timeline of the version that is asked for', async () => {
    const io = simulatedIo({ file: withV2, installed });
    expect(await io.run(['rehearse', 'v2'])).toBe(exitCodes.completed);
    expect(io.printed.out).toMatch(
      /write the subsets v1, v2\n[^]*write the route v1-90.v2-10\n[^]*delete the objects of v1/,
    );
  });
});

describe('the command line', () => {
  it.each([['--help'], ['run', '--help']])('%s explains itself and exits 0', async (...args) => {
    const io = simulatedIo({ file: installed, installed });
    expect(await io.run(args)).toBe(exitCodes.completed);
    expect(io.printed.out).toContain('Usage: handover');
  });

  it('exits 1 on a command that does not exist', async () => {
    const io = simulatedIo({ file: installed, installed });
    expect(await io.run(['deploy'])).toBe(exitCodes.failed);
    expect(io.printed.err).toContain("unknown command 'deploy'");
  });
});

function releaseOfText(text: string): Release {
  const parsed = parseRelease(text);
  if ('release' in parsed) return parsed.release;
  throw new Error(JSON.stringify(parsed.problems));
}
