import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { realSynth } from '../../../driver/synth';
import type { Refusal } from '../../../model';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'synth-test-'));
  write('release.yaml', 'name: as it is');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const never = new AbortController().signal;
const refused = (work: Promise<unknown>): Promise<Refusal> =>
  work.then(
    () => Promise.reject(new Error('expected a refusal, found success')),
    (error: Refusal) => error,
  );

/** A process that ended is a zombie until its parent asks for it. */
function isRunning(pid: string): boolean {
  const status = `/proc/${pid}/status`;
  return existsSync(status) && !/^State:\s+Z/m.test(readFileSync(status, 'utf8'));
}

describe('synthesizing', () => {
  const synthesize = (
    app: string,
    { text, limitMs, stop = never }: { text?: string; limitMs?: number; stop?: AbortSignal } = {},
  ) => {
    const config = write('cdk8s.yaml', JSON.stringify({ language: 'typescript', app, output: 'dist' }));
    const synth = realSynth({ ...process.env, MINE: 'mine' }, stop, { limitMs });
    return synth.synthesize({ releaseFile: join(folder, 'release.yaml'), text, config, tell });
  };
  let printed = '';
  const tell = (text: string) => void (printed = text);

  it('tells what the app printed', async () => {
    await synthesize('echo "warning: a probe" >&2; echo a >$CDK8S_OUTDIR/a.yaml');
    expect(printed).toBe('warning: a probe\n');
  });

  it('returns what the app writes, sorted by name, and nothing else that lies there', async () => {
    const app =
      'cd $CDK8S_OUTDIR && mkdir -p sub && echo b >b.yaml && echo a >a.yml && echo c >sub/c.yaml && echo d >d.json';
    expect(await synthesize(app)).toEqual([
      { file: 'a.yml', text: 'a\n' },
      { file: 'b.yaml', text: 'b\n' },
      { file: 'sub/c.yaml', text: 'c\n' },
    ]);
  });

  it('runs the app in the folder of its configuration, with the environment and the release file', async () => {
    write('beside', 'beside ');
    const [file] = await synthesize(
      'cat beside $RELEASE_FILE >$CDK8S_OUTDIR/x.yaml && echo " $MINE" >>$CDK8S_OUTDIR/x.yaml',
    );
    expect(file?.text).toBe('beside name: as it is mine\n');
  });

  it('gives the app another text under the name of the release file, and leaves the file alone', async () => {
    const [file] = await synthesize('(cat $RELEASE_FILE; basename $RELEASE_FILE) >$CDK8S_OUTDIR/x.yaml', {
      text: 'end ',
    });
    expect(file?.text).toBe('end release.yaml\n');
    expect(readFileSync(join(folder, 'release.yaml'), 'utf8')).toBe('name: as it is');
  });

  it('lets the app find what lies beside the release file and above it, with the other text, too', async () => {
    write('apps/shop/release.yaml', 'name: shop');
    write('apps/shop/k8s/pod.yaml', 'pod ');
    write('apps/shared.yaml', 'shared ');
    const config = write(
      'cdk8s.yaml',
      JSON.stringify({
        app: 'cd $(dirname $RELEASE_FILE) && cat release.yaml k8s/pod.yaml ../shared.yaml ../../release.yaml >$CDK8S_OUTDIR/x.yaml',
      }),
    );
    const synth = realSynth(process.env, never);
    const [file] = await synth.synthesize({
      releaseFile: join(folder, 'apps/shop/release.yaml'),
      text: 'end ',
      config,
    });
    expect(file?.text).toBe('end pod shared name: as it is');
    expect(readFileSync(join(folder, 'apps/shop/release.yaml'), 'utf8')).toBe('name: shop');
  });

  it('of an app that takes its folder away is refused', async () => {
    expect(await refused(synthesize('rm -r $CDK8S_OUTDIR'))).toMatchObject({ code: 'synth' });
  });

  it('leaves nothing behind, in the working tree or beside it', async () => {
    const [file] = await synthesize('echo $CDK8S_OUTDIR >$CDK8S_OUTDIR/x.yaml');
    expect(existsSync(dirname(file?.text.trim() ?? ''))).toBe(false);
    const failed = await refused(synthesize('echo $CDK8S_OUTDIR; exit 1', { text: 'x' }));
    expect(existsSync(dirname(/\S*handover-synth\S*/.exec(failed.fix)?.[0] ?? '/'))).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(['cdk8s.yaml', 'release.yaml']);
  });

  it('of an app that fails is refused with the last lines that it printed', async () => {
    const app = 'seq 100 >&2; echo "Error: no image" >&2; exit 3';
    const { code, found, fix } = await refused(synthesize(app));
    expect({ code, found }).toEqual({ code: 'synth', found: 'exit code 3' });
    expect(fix).toContain('100\n  Error: no image');
    expect(fix.split('\n').length).toBeLessThan(20);
  });

  it('of an app that is not there is refused as its shell says it', async () => {
    const { code, fix } = await refused(synthesize('no-such-program'));
    expect(code).toBe('synth');
    expect(fix).toContain('not found');
  });

  it('of an app that writes no manifest is refused, though it succeeds', async () => {
    const refusal = await refused(synthesize('mkdir dist && echo a >dist/a.yaml'));
    expect(refusal).toMatchObject({
      code: 'synth',
      found: 'none',
      fix: expect.stringContaining('CDK8S_OUTDIR') as string,
    });
  });

  it('has a limit, and ends all processes of the app', async () => {
    const refusal = await refused(synthesize('sleep 61.5 & echo $! ; sleep 61.5', { limitMs: 300 }));
    expect(refusal).toMatchObject({ code: 'synth', found: 'that it still ran after 0.3 s' });
    const pid = /(\d+)\s*$/.exec(refusal.fix)?.[1] ?? '';
    expect(pid).not.toBe('');
    while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('does not wait for a process that the app left behind', async () => {
    const beganMs = Date.now();
    await synthesize('sleep 3 & echo a >$CDK8S_OUTDIR/a.yaml');
    expect(Date.now() - beganMs).toBeLessThan(2_500);
  });

  it.each([0, 100])('ends when handover is stopped, after %d ms', async (ms) => {
    const stop = ms === 0 ? AbortSignal.abort() : AbortSignal.timeout(ms);
    expect(await refused(synthesize('sleep 30', { stop }))).toMatchObject({
      code: 'synth',
      found: 'that it was stopped',
    });
  });

  it('without an app in the configuration, or without one, is refused', async () => {
    const synth = realSynth({}, never);
    const releaseFile = join(folder, 'release.yaml');
    const at = (config: string) => refused(synth.synthesize({ releaseFile, config }));
    expect(await at(write('none.yaml', 'output: dist'))).toMatchObject({ code: 'synth', found: 'none' });
    expect(await at(write('list.yaml', 'app: [a]'))).toMatchObject({ code: 'synth', found: '["a"]' });
    expect(await at(write('broken.yaml', 'app: "'))).toMatchObject({ code: 'synth' });
    expect(await at(join(folder, 'missing.yaml'))).toMatchObject({
      found: expect.stringContaining('ENOENT') as string,
    });
  });
});

describe('a folder of ready manifests', () => {
  const { manifestsIn } = realSynth({}, never);

  it('is read as it is, with names that lead to the files', async () => {
    const file = write('dist/web.k8s.yaml', 'kind: A');
    expect(await manifestsIn(join(folder, 'dist'))).toEqual([{ file, text: 'kind: A' }]);
  });

  it('that is a mounted ConfigMap has each file once', async () => {
    write('mount/..2026_01_01/web.yaml', 'kind: A');
    symlinkSync('..2026_01_01', join(folder, 'mount/..data'));
    symlinkSync('..data/web.yaml', join(folder, 'mount/web.yaml'));
    expect(await manifestsIn(join(folder, 'mount'))).toEqual([
      { file: join(folder, 'mount/web.yaml'), text: 'kind: A' },
    ]);
  });

  it('that is empty, or not there, is refused', async () => {
    mkdirSync(join(folder, 'empty'));
    expect(await refused(manifestsIn(join(folder, 'empty')))).toMatchObject({ code: 'synth', found: 'none' });
    const missing = await refused(manifestsIn(join(folder, 'missing')));
    expect(missing).toMatchObject({ code: 'synth', found: expect.stringContaining('ENOENT') as string });
  });
});
