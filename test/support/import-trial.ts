/** The command `import` beside a cluster of its own, in a folder of its own: what is written synthesizes, and a driver can read it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readRelease, releaseManifests } from '../../charts';
import type { Io } from '../../driver/io';
import { run } from '../../driver/main';
import { expectedShape, readManifests, shapeOf } from '../../manifests';
import type { Manifest } from '../../model';
import { appSynth } from './app-synth';
import { crdProblems } from './crd-validator';
import { pathOf } from './fake-discovery';
import { fakeCluster, type FakeCluster } from './kubernetes';
import { quietProcess } from './quiet-process';
import { VirtualClock } from './virtual-clock';

/** A new cluster and a new folder before each test of the suite. */
export function importTrial() {
  let folder: string;
  let cluster: FakeCluster;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'import-test-'));
    cluster = await fakeCluster();
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await cluster.close();
  });

  const inFolder = (path: string) => join(folder, path);
  const way = { context: 'test', server: 'http://test', credentials: 'nothing', proxyUrl: undefined };
  const textOf = (path: string) => readFileSync(inFolder(path), 'utf8');

  async function handover(args: readonly string[], input = '') {
    const { printed, io: quiet } = quietProcess(new VirtualClock());
    const never = () => Promise.reject(new Error('an import looks at no release'));
    const io: Io = {
      ...quiet,
      readFile: (path) => (path === '-' ? input : readFileSync(path, 'utf8')),
      synth: appSynth,
      reach: () => ({
        api: cluster.api,
        way,
        namespace: undefined,
        refusing: (work) => work(),
        close: () => undefined,
      }),
      connect: never,
      connectRolling: never,
      stop: new AbortController().signal,
    };
    const code = await run(['import', ...args, '--output', folder], io);
    return { code, ...printed };
  }

  function put(...objects: readonly Manifest[]): void {
    for (const each of objects) cluster.server.put(pathOf(each), each);
  }

  /** What synth makes of the files, read as a driver reads it. */
  function synthesized() {
    const release = readRelease(inFolder('release.yaml'));
    const text = releaseManifests(release)
      .map((each) => stringify(each))
      .join('---\n');
    const { manifests, problems } = readManifests([{ file: 'all', text }]);
    expect(problems).toEqual([]);
    const shape = shapeOf(manifests, release, expectedShape(release));
    if ('problems' in shape) throw new Error(JSON.stringify(shape.problems));
    const istio = manifests
      .map(({ manifest }) => manifest)
      .filter(({ apiVersion }) => apiVersion.startsWith('networking.istio'));
    expect(istio.flatMap(crdProblems)).toEqual([]);
    return { release, shape: shape.shape, manifests: manifests.map(({ manifest }) => manifest) };
  }

  return { handover, put, synthesized, inFolder, textOf, server: () => cluster.server };
}
