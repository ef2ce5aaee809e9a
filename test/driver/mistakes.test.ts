/** Mistakes that people have made at the command line. Each ends with the exit code of the documents, and a sentence. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { exitCodes } from '../../model';
import { rollingFile, rollingIo } from '../support/rolling-io';
import { installed } from '../support/shop-release';
import { simulatedIo } from '../support/simulated-io';

/** A command without a cluster on a release file with this text. */
async function handover(file: string, ...args: string[]) {
  const io = simulatedIo({ file, installed });
  const connect = () => Promise.reject(new Error('there is no cluster'));
  const code = await io.run(args, { connect });
  return { code, ...io.printed, err: io.printed.err.replaceAll(io.file, 'FILE') };
}

const [, snippet = ''] = /```yaml\n(versions:[^]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];

test("the README's release snippet, then rehearse", async () => {
  expect(snippet).toContain('analyse: errors');
  const file = `name: shop\nnamespace: shop\nhosts: [shop.example.com]\ntimings: {longestRequest: 2s}\n${snippet}`;
  expect(await handover(file, 'rehearse')).toMatchObject({ code: exitCodes.completed, err: '' });
});

test('rehearse with pause: until advanced', async () => {
  const { code, err } = await handover(installed.replace(/pause: [^ }\n]+/, 'pause: until advanced'), 'rehearse');
  expect(code).toBe(exitCodes.refused);
  expect(err).toContain('pause: expected a duration such as 15s or 5m, or until promoted, found "until advanced"');
});

test('npm start with profile: rolling-update', async () => {
  const { handover: rolling } = rollingIo();
  const { code, out, err } = await rolling(rollingFile('v1'), 'rehearse');
  expect({ code, err }).toEqual({ code: exitCodes.completed, err: '' });
  expect(out).toMatch(/imagined cluster[^]*│ 1 │ write Deployment\/demo [^]*waits until its pods are available/);
});

test('"found 1 problems" for any single problem', async () => {
  const one = await handover(installed.replace('v1: 100', 'v1: 99'), 'rehearse');
  expect(one.code).toBe(exitCodes.refused);
  expect(one.err).toMatch(/that keeps all rules, found a problem; correct it:\nFILE:\d+:1 weights: expected/);
  const two = await handover(installed.replace('v1: 100', 'v1: 99').replace('name:', 'nmae:'), 'rehearse');
  expect(two.err).toMatch(/found 2 problems; correct them:\n/);
});

test('rehearse | head -1: whoever reads has gone, and the command goes on', () => {
  execFileSync('node', ['scripts/bundle.mjs', 'handover']);
  const script = '{ sleep 0.1; node build/handover.js --help; echo "code $?" >&2; } | true';
  expect(spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stderr).toBe('code 0\n');
}, 30_000);

test.each([
  ['a version', ['rehearse', 'v\u001b[31m'], exitCodes.refused],
  ['a command', ['re\u001b[31m'], exitCodes.failed],
  ['an option', ['rehearse', '--re\u001b[31m'], exitCodes.failed],
  ['a namespace', ['-n', 'x\u001b[31m', 'rehearse'], exitCodes.failed],
])('%s with a control sequence cannot write to the terminal', async (_, args, expected) => {
  const { code, err } = await handover(installed, ...args);
  expect(code).toBe(expected);
  expect(err).toContain('\\u001b[31m');
  expect(err.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});
