import { observedBy, type Cluster } from '../../../../driver/istio/cluster';
import { differencesOfObjects } from '../../../../driver/istio/files/planned-differences';
import { releaseManifests } from '../../../../charts';
import { exitCodes, parseRelease, type Manifest } from '../../../../model';
import { installed, withV2 } from '../../../support/shop-release';
import { simulatedIo } from '../../../support/simulated-io';

const object = (name: string, fields: object = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop' },
  ...fields,
});

describe('what becomes of each object', () => {
  it('is told of what is created, changed and removed, and of nothing else', () => {
    const wanted = [object('new'), object('same', { data: { A: '1' } }), object('other', { data: { A: '1' } })];
    const live = [object('same', { data: { A: '1' } }), object('other', { data: { A: '2' } }), object('old')];
    expect(differencesOfObjects(wanted, live)).toEqual([
      { kind: 'difference', change: 'create', object: 'ConfigMap/new', manifest: object('new') },
      {
        kind: 'difference',
        change: 'change',
        object: 'ConfigMap/other',
        fields: [{ path: 'data.A', live: '"(masked 2)"', after: '"(masked 1)"' }],
      },
      { kind: 'difference', change: 'remove', object: 'ConfigMap/old' },
    ]);
  });
});

const withEnv = withV2.replace("'demo:2' }", "'demo:2', env: { TOKEN: hidden } }");

function released(text: string): Manifest[] {
  const parsed = parseRelease(text);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return releaseManifests(parsed.release);
}

/** Objects are no more than a model in the simulation: here as synth wrote them. */
async function plan(args: readonly string[], live = released(installed)) {
  const io = simulatedIo({ file: withEnv, installed });
  const client = await io.connect({});
  const ofRelease = live.filter(
    ({ kind, metadata }) =>
      ['VirtualService', 'DestinationRule'].includes(kind) || metadata.labels?.['handover/version'] !== undefined,
  );
  const cluster: Cluster = {
    ...observedBy(client, client.observe.bind(client)),
    live: () => Promise.resolve(ofRelease),
  };
  const code = await io.run(['plan', ...args], { connect: () => Promise.resolve(cluster), columns: 80 });
  return { code, ...io.printed };
}

describe('handover plan --diff', () => {
  it('compares what is live with what synth writes of the file at the end', async () => {
    const { code, out } = await plan(['v2', '--diff']);
    expect(code).toBe(exitCodes.changes);
    expect(out).toContain('\n+ create Deployment/demo-v2\n  + apiVersion: apps/v1\n');
    expect(out).toContain('\n~ change VirtualService/demo\n');
    expect(out).toMatch(/~ spec\.http\[split\]\.route\[0\]\.destination\.subset: "v1" → "v2"/);
    expect(out).toContain('\n- remove Deployment/demo-v1\n');
    expect(out).toMatch(/3 objects to create, .* 3 objects to remove/);
  });

  it('shows no value of the environment', async () => {
    const { out } = await plan(['v2', '--diff']);
    expect(out).toContain('TOKEN: (masked');
    expect(out + (await plan(['v2', '--diff', '--json'])).out).not.toContain('hidden');
  });

  it('does not count objects to create that are there already', async () => {
    const there = released(withEnv).filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'demo-v2');
    const { out } = await plan(['v2'], [...released(installed), ...there]);
    expect(there).toHaveLength(1);
    expect(out).toContain('2 objects to create');
    expect(out).not.toContain('+ ConfigMap/demo-v2');
  });

  it('is refused where there are no objects to compare with', async () => {
    const io = simulatedIo({ file: withEnv, installed });
    expect(await io.run(['plan', 'v2', '--diff'])).toBe(exitCodes.failed);
    expect(io.printed.err).toContain('usage: expected a cluster with objects for --diff');
  });
});
