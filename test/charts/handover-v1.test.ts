/**
 * What the smallest file of handover/v1 is rendered as. handover-v1.yaml may never change: a version that was installed
 * from such a file would be made anew by an upgrade of handover, under traffic and without a release. Another rendering
 * needs another apiVersion. It is a file and no snapshot, so that `jest -u` does not change it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { releaseManifests } from '../../charts';
import { parseRelease } from '../../model';

const smallest = `apiVersion: handover/v1
name: demo
namespace: shop
hosts: [demo.example.com]
versions: { v1: { image: 'demo:1' } }
`;

test('the smallest file of handover/v1 is rendered as it always was', () => {
  const parsed = parseRelease(smallest);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const frozen = parseAllDocuments(readFileSync(join(__dirname, 'handover-v1.yaml'), 'utf8'));
  expect(JSON.parse(JSON.stringify(releaseManifests(parsed.release)))).toEqual(
    frozen.map((one) => one.toJS() as unknown),
  );
});

test('a file without apiVersion is one of handover/v1', () => {
  expect(parseRelease(smallest.replace('apiVersion: handover/v1\n', ''))).toEqual(parseRelease(smallest));
});
