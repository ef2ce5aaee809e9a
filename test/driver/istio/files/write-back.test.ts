/** Real files: bytes are what is promised. */
import {
  existsSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refuseReadOnly, writeBack } from '../../../../driver/istio/files/write-back';
import { parseRelease, Refusal } from '../../../../model';
import { bothVersions, releaseText } from '../../../support/release';

const before = `# what should be true\n${releaseText({ versions: bothVersions, weights: { v1: 100 } })}# the end\n`;
const toV2 = { keep: ['v2'], split: { v2: 100 } };
const manifests = {
  now: [
    { file: 'traffic.k8s.yaml', text: 'kind: Traffic\n' },
    { file: 'workload.k8s.yaml', text: 'kind: Workload\n' },
  ],
  before: [
    { file: 'old.k8s.yaml', text: 'kind: Old\n' },
    { file: 'workload.k8s.yaml', text: 'kind: Workload\n' },
  ],
};

let folder: string;
let file: string;
let dist: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handover-write-back-'));
  file = join(folder, 'release.yaml');
  dist = join(folder, 'dist');
  writeFileSync(file, before);
});
afterEach(() => rmSync(folder, { recursive: true }));

const writeNow = () => writeBack({ file, dist, text: before, manifests, ...toV2 });
const filesIn = (path: string) =>
  Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'utf8')]));

test('release.yaml keeps its comments, and says that the new version has everything', () => {
  writeNow();
  const after = readFileSync(file, 'utf8');
  expect(after).toMatch(/^# what should be true\n[^]*# the end\n$/);
  const parsed = parseRelease(after);
  expect('release' in parsed && [parsed.release.versions.map(({ name }) => name), parsed.release.split]).toEqual([
    ['v2'],
    { v2: 100 },
  ]);
});

test('dist/ has the files of the synth, byte for byte', () => {
  writeNow();
  expect(filesIn(dist)).toEqual({ 'traffic.k8s.yaml': 'kind: Traffic\n', 'workload.k8s.yaml': 'kind: Workload\n' });
});

test('a manifest that synth does not write any more goes; files of other services and people stay', () => {
  mkdirSync(dist);
  const others = { 'old.k8s.yaml': 'kind: Old\n', 'other-service.k8s.yaml': 'kind: Other\n', 'README.md': 'mine' };
  for (const [name, text] of Object.entries(others)) writeFileSync(join(dist, name), text);
  writeNow();
  expect(readdirSync(dist)).toEqual(['README.md', 'other-service.k8s.yaml', 'traffic.k8s.yaml', 'workload.k8s.yaml']);
});

test('without a synth the file alone is written', () => {
  writeBack({ file, dist, text: before, manifests: undefined, ...toV2 });
  expect(readFileSync(file, 'utf8')).toContain('v2: 100');
  expect(readdirSync(folder)).toEqual(['release.yaml']);
});

test('nothing is left beside the files', () => {
  writeFileSync(`${file}.handover-new`, 'left by a run that was killed');
  mkdirSync(join(dist, '.handover-new'), { recursive: true });
  writeFileSync(join(dist, '.handover-new', '0009-left.k8s.yaml'), '');
  writeNow();
  expect(readdirSync(folder).sort()).toEqual(['dist', 'release.yaml']);
  expect(readdirSync(dist)).toEqual(Object.keys(filesIn(dist)));
  expect(Object.keys(filesIn(dist))).not.toContain('0009-left.k8s.yaml');
});

// /dev/shm is a file system of its own: a rename into it from a temporary folder beside dist/ fails.
(existsSync('/dev/shm') ? test : test.skip)('dist/ may be a link to another file system', () => {
  const elsewhere = mkdtempSync('/dev/shm/handover-test-');
  symlinkSync(elsewhere, dist);
  try {
    refuseReadOnly(file, dist);
    writeNow();
    expect(readdirSync(elsewhere)).toEqual(['traffic.k8s.yaml', 'workload.k8s.yaml']);
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});

test.each([0o644, 0o600, 0o664])('the file keeps its mode %o', (mode) => {
  chmodSync(file, mode);
  writeNow();
  expect(statSync(file).mode & 0o777).toBe(mode);
});

test('a symbolic link stays one', () => {
  const link = join(folder, 'link.yaml');
  symlinkSync('release.yaml', link);
  writeBack({ file: link, dist, text: before, manifests, ...toV2 });
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(file, 'utf8')).toContain('v2: 100');
});

test('the file is replaced, not written into: a reader has the old text or the new one, never a part', () => {
  const { ino } = statSync(file);
  writeNow();
  expect(statSync(file).ino).not.toBe(ino);
});

test("somebody else's edit is refused, and nothing is written", () => {
  const theirs = `${before}# an edit in the meantime\n`;
  writeFileSync(file, theirs);
  expect(writeNow).toThrow(Refusal);
  expect(writeNow).toThrow(
    /as it was when the release began, found an edit since then; keep the versions v2 and set weights: { v2: 100 }/,
  );
  expect(readFileSync(file, 'utf8')).toBe(theirs);
  expect(readdirSync(folder)).toEqual(['release.yaml']);
});

test('a run that was killed between the two is finished by the next', () => {
  writeNow();
  const [edited, written] = [readFileSync(file, 'utf8'), filesIn(dist)];
  rmSync(dist, { recursive: true });
  writeNow();
  expect([readFileSync(file, 'utf8'), filesIn(dist)]).toEqual([edited, written]);
  writeBack({ file, dist, text: edited, manifests, ...toV2 });
  expect([readFileSync(file, 'utf8'), filesIn(dist)]).toEqual([edited, written]);
});

test('a file that cannot be edited in place is refused with what to write instead', () => {
  const aliased = before.replace(/v2:\n\s+image: .*/, 'v2: *old').replace('v1:\n', 'v1: &old\n');
  writeFileSync(file, aliased);
  expect(() => writeBack({ file, dist, text: aliased, manifests, ...toV2 })).toThrow(
    /edit it by hand: keep the versions v2/,
  );
  expect(readFileSync(file, 'utf8')).toBe(aliased);
});

describe('files that cannot be written', () => {
  // A folder where the temporary file has to be: not even root can write through it.
  const obstruct = (path: string) => mkdirSync(join(path, 'in-the-way'), { recursive: true });

  test('are refused before the release, with the way out', () => {
    obstruct(`${file}.handover-new`);
    expect(() => refuseReadOnly(file, dist)).toThrow(/to be writable, found .*; .*--no-write-back/);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('are told from files that can, of which nothing is touched', () => {
    refuseReadOnly(file, dist);
    expect(readdirSync(folder)).toEqual(['release.yaml']);
  });
});
