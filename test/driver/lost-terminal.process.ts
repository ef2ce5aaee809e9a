/** A process whose terminal is closed, on a terminal of its own. Node has none to give: Python has. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'handover-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Waits with the keys of the terminal, as a release does, and stops by SIGHUP. What it says then, nobody hears. */
const program = `
  import { surviveLostTerminal } from './lost-terminal';
  import { TerminalKeyboard } from './terminal-keyboard';
  surviveLostTerminal();
  const stop = new AbortController();
  const keyboard = new TerminalKeyboard({
    stdin: process.stdin, signals: process, kill: () => {}, isForeground: () => true, stop: stop.signal,
  });
  const end = keyboard.listen({ key: () => {}, overwritten: () => {} });
  const waiting = setInterval(() => {}, 1000);
  process.on('SIGHUP', () => {
    process.stderr.write('stopping');
    stop.abort();
    setTimeout(() => {
      end();
      clearInterval(waiting);
      console.log('stopped');
      process.exitCode = 4;
    }, 20);
  });
  console.log('heard: ' + keyboard.isHeard);`;

/** Closes the terminal as soon as something was written to it; prints that, and the exit code, or the signal as less than 0. */
const terminal = `
import os, pty, sys
pid, master = pty.fork()
if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])
said = os.read(master, 1000).decode().strip()
os.close(master)
print(said, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), end='')`;

function closed(): string {
  const outfile = join(folder, 'program.js');
  const stdin = { contents: program, resolveDir: 'driver', loader: 'ts' } as const;
  buildSync({ stdin, bundle: true, platform: 'node', outfile });
  const { stdout, stderr } = spawnSync('python3', ['-c', terminal, process.execPath, outfile], { encoding: 'utf8' });
  return stdout + stderr;
}

const hasPython = spawnSync('python3', ['-c', 'import os, pty; os.waitstatus_to_exitcode']).status === 0;
const described = hasPython ? describe : describe.skip;

described(`a terminal that is closed${hasPython ? '' : ' (python3 is not installed here)'}`, () => {
  it('leaves the exit code, and no abort of Node', () => {
    expect(closed()).toBe('heard: true 4');
  });
});
