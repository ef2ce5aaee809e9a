import { observedBy, type Cluster } from '../../../../driver/istio/cluster';
import { differencesOfObjects } from '../../../../driver/istio/files/planned-differences';
import { releaseManifests } from '../../../../charts';
import { stringify } from 'yaml';
import type { PlanLine } from '../../../../driver/core/planned';
import type { Io } from '../../../../driver/io';
import type { Synth } from '../../../../driver/synth/synth';
import { exitCodes, parseRelease, Refusal, type Manifest } from '../../../../model';
import { chartsSynth } from '../../../support/charts-synth';
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
async function plan(args: readonly string[], live = released(installed), { synth }: Partial<Io> = {}) {
  const io = simulatedIo({ file: withEnv, installed });
  const client = await io.connect({});
  const ofRelease = live.filter(
    ({ kind, metadata }) =>
      ['VirtualService', 'DestinationRule'].includes(kind) || metadata.labels?.['handover/version'] !== undefined,
  );
  const cluster: Cluster = {
    ...observedBy(client, client.observe.bind(client)),
    live: () => Promise.resolve(ofRelease),
    find: ({ kind, metadata }) => {
      if (kind === 'Secret') return Promise.reject(new Refusal('forbidden', 'the right to get secrets', 'none', 'ask'));
      return Promise.resolve(live.find((each) => each.kind === kind && each.metadata.name === metadata.name));
    },
  };
  const changes = { connect: () => Promise.resolve(cluster), columns: 80, ...(synth && { synth }) };
  const code = await io.run(['plan', ...args], changes);
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

  describe('of what no version has', () => {
    const labels = { 'handover/service': 'demo' };
    const shared = object('settings', { data: { A: 'hidden' } });
    const both: Manifest[] = [
      { ...shared, metadata: { ...shared.metadata, labels } },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'keys', namespace: 'shop', labels },
        data: { K: 'aGlkZGVu' },
      },
    ];
    const added = both.map((each) => stringify(each)).join('---\n');
    const synth: Synth = {
      ...chartsSynth,
      synthesize: async (given) => [...(await chartsSynth.synthesize(given)), { file: 'more.yaml', text: added }],
    };

    it('what versions share is listed and counted with the first version that is added, while it is missing', async () => {
      const { out } = await plan(['v2'], undefined, { synth });
      expect(out).toContain('+ ConfigMap/settings');
      expect(out).toContain('4 objects to create');
      const there = await plan(['v2'], [...released(installed), ...both], { synth });
      expect(there.out).not.toContain('ConfigMap/settings');
      expect(there.out).toContain('3 objects to create');
    });

    it('it is compared, too, and its contents are masked', async () => {
      const missing = await plan(['v2', '--diff'], undefined, { synth });
      expect(missing.out).toMatch(/\n\+ create ConfigMap\/settings\n[^~]*A: \(masked/);
      const other = [{ ...both[0]!, data: { A: 'other' } }];
      const { out } = await plan(['v2', '--diff'], [...released(installed), ...other], { synth });
      expect(out).toContain(
        '\n~ change ConfigMap/settings (no release writes it: use kubectl apply)\n  ~ data.A: "(masked 2)" → "(masked 1)"\n',
      );
      expect(missing.out + out).not.toContain('hidden');
    });

    it('Service and Gateway are compared and left to whoever installs them', async () => {
      const live = released(installed).map((each) =>
        each.kind === 'Service'
          ? { ...each, spec: { ...(each['spec'] as object), type: 'LoadBalancer', selector: { app: 'other' } } }
          : each,
      );
      const { out } = await plan(
        ['v2', '--diff'],
        live.filter(({ kind }) => kind !== 'Gateway'),
      );
      expect(out).toContain('\n~ change Service/demo (no release writes it: use kubectl apply)\n');
      expect(out).toContain('  ~ spec.selector.app: "other" → "demo"\n');
      expect(out).toContain('\n+ create Gateway/demo (no release writes it: use kubectl apply)\n');
      const { out: json } = await plan(['v2', '--diff', '--json'], live);
      const lines = JSON.parse(json) as PlanLine[];
      const left = lines.flatMap((line) => (line.kind === 'difference' && line.leftTo ? [line.object] : []));
      expect(left).toEqual(['Service/demo']);
    });

    it('who may not read one is told so, and sees the rest', async () => {
      const { err, out } = await plan(['v2', '--diff'], undefined, { synth });
      expect(err).toContain('warning: Secret/keys is not compared: expected the right to get secrets');
      expect(out).toContain('\n+ create Deployment/demo-v2\n');
    });
  });

  it('is refused where there are no objects to compare with', async () => {
    const io = simulatedIo({ file: withEnv, installed });
    expect(await io.run(['plan', 'v2', '--diff'])).toBe(exitCodes.failed);
    expect(io.printed.err).toContain('usage: expected a cluster with objects for --diff');
  });
});
