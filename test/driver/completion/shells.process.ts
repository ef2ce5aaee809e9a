/** The printed scripts in the shells themselves, and what kubectl asks. A shell that is not installed here is passed over. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bothVersions, releaseText } from '../../support/release';

let folder: string;
beforeAll(() => {
  execFileSync('node', ['scripts/bundle.mjs', 'handover']);
  folder = mkdtempSync(join(tmpdir(), 'handover-'));
  for (const name of ['bin', 'app', 'odd']) mkdirSync(join(folder, name));
  const text = releaseText({ versions: bothVersions, weights: { v1: 100, v2: 0 } });
  writeFileSync(join(folder, 'app/release.yaml'), text);
  writeFileSync(join(folder, 'odd/my release.yaml'), text.replaceAll('v2', 'v3'));
  writeFileSync(join(folder, 'broken.yaml'), '{');
  // A copy: another test may be writing the program anew.
  copyFileSync('build/handover.js', join(folder, 'handover.js'));
  for (const name of ['handover', 'kubectl-handover']) symlinkSync('../handover.js', join(folder, 'bin', name));
  const asked = 'kubectl_complete-handover';
  symlinkSync(resolve('packaging', asked), join(folder, 'bin', asked));
  for (const shell of ['bash', 'fish', 'zsh']) {
    writeFileSync(join(folder, `script.${shell}`), printedBy('handover', 'completion', shell));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a shell printed, in a folder with a release file and without any kubeconfig. */
function printedBy(program: string, ...args: readonly string[]): string {
  const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, HOME: folder, TERM: 'dumb' };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8', input: '' });
  const told = program === 'kubectl' ? '' : stderr; // kubectl always says there what it asks.
  expect({ status, told }).toEqual({ status: 0, told: '' });
  return stdout;
}

/** With the reason in the name of what is passed over. */
function describeIn(shell: string, isThere: readonly string[], tests: () => void): void {
  if (spawnSync(shell, isThere).status === 0) describe(shell, tests);
  else describe.skip(`${shell} is not installed here`, tests);
}

/** Each line that is being typed, and what the shell then offers. */
const everywhere: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['handover', 'ro'], ['rollback']],
  [
    ['kubectl-handover', 'run', ''],
    ['v1', 'v2'],
  ],
  [['handover', '-f', 'broken.yaml', 'run', ''], []],
];

describeIn('bash', ['--version'], () => {
  const script = `source ./script.bash
    compopt() { echo "compopt $*"; }
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _handover "$1"
    for word in "\${COMPREPLY[@]}"; do echo "$word"; done`;
  const offered = (...words: readonly string[]) =>
    printedBy('bash', '--norc', '-c', script, 'bash', ...words)
      .split('\n')
      .slice(0, -1);

  it.each(everywhere)('%j: %j', (words, expected) => expect(offered(...words)).toEqual(expected));

  it.each([
    [
      ['--evidence', '=', 'pr'],
      ['proxy', 'probe'],
    ],
    [
      ['--evidence', '='],
      ['proxy', 'probe', 'assumed'],
    ],
    [['--gateway-address', 'host', ':', '80', 'run', 'v2'], ['v2']],
    [
      ['-f', 'odd/my\\ release.yaml', 'run', ''],
      ['v1', 'v3'],
    ],
    [['-f', '$(touch ran)', 'run', ''], []],
    [['-f', 'a'], ['compopt -o default']],
  ])('as bash cuts and quotes words, %j: %j', (words, expected) => {
    expect(offered('handover', ...words)).toEqual(expected);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });
});

describeIn('zsh', ['--version'], () => {
  // Its own functions work only while somebody types; these print what they are given.
  const script = `compdef() { :; }
    compset() { echo "compset $*"; }
    _files() { echo files; }
    _describe() { print -rl -- "\${(@P)2}"; }
    source ./script.zsh
    words=("$@") CURRENT=$# PREFIX=\${@[-1]}
    _handover
    true`;
  const offered = (...words: readonly string[]) =>
    printedBy('zsh', '-f', '-c', script, 'zsh', ...words)
      .split('\n')
      .slice(0, -1);
  const values = (lines: readonly string[]) => lines.map((line) => line.replace(/:.*/, ''));

  it.each(everywhere)('%j: %j', (words, expected) => expect(values(offered(...words))).toEqual(expected));

  it('shows what each is, names of files, and takes quoted words', () => {
    expect(offered('handover', 'ver')).toEqual(['version:print the version']);
    expect(offered('handover', '--file=a')).toEqual(['compset -P *=', 'files']);
    expect(values(offered('handover', '-f', "'odd/my release.yaml'", 'run', ''))).toEqual(['v1', 'v3']);
  });
});

describeIn('fish', ['--version'], () => {
  const script = 'source script.fish; complete -C (string join " " -- $argv)';
  const offered = (...words: readonly string[]) =>
    printedBy('fish', '--no-config', '-c', script, ...words)
      .split('\n')
      .slice(0, -1);
  const values = (lines: readonly string[]) => lines.map((line) => line.replace(/\t.*/, ''));

  it.each(everywhere)('%j: %j', (words, expected) => {
    expect(values(offered(...words)).sort()).toEqual([...expected].sort());
  });

  it('shows what each is, names of files, and takes quoted words', () => {
    expect(offered('handover', 'ver')).toEqual(['version\tprint the version']);
    expect(values(offered('handover', '--file=a'))).toEqual(['--file=app/']);
    expect(values(offered('handover', '-f', "'odd/my release.yaml'", 'run', ''))).toEqual(['v1', 'v3']);
  });
});

describeIn('kubectl', ['version', '--client'], () => {
  it('asks the plugin, with the words after its name', () => {
    expect(printedBy('kubectl', '__complete', 'handover', 'run', '')).toMatch(/^v1\nv2\n:4\n/);
  });
});

it('of another shell: refused, with those that there are', () => {
  const { status, stderr } = spawnSync('node', [join(folder, 'handover.js'), 'completion', 'tcsh'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('bash, zsh, fish') as string });
});
