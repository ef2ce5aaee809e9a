/** The release file is read once, whichever profile it names. */
import { readFileSync } from 'node:fs';
import { exitCodes } from '../../model';
import { installed, withV2 } from '../support/shop-release';
import { simulatedIo } from '../support/simulated-io';

test.each([
  [['plan', 'v2'], exitCodes.changes],
  [['run', 'v2', '--no-write-back'], exitCodes.completed],
  [['status'], exitCodes.completed],
] as const)(
  '%j reads it once: what it judges is what it carries out, and the standard input has no second look',
  async (args, code) => {
    const io = simulatedIo({ file: withV2, installed });
    const read: string[] = [];
    const readFile = (path: string) => {
      read.push(path);
      return read.length > 1 ? '' : readFileSync(path, 'utf8');
    };
    expect(await io.run(args, { readFile })).toBe(code);
    expect(read).toEqual([io.file]);
  },
);
