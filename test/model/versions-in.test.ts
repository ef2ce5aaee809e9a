import { versionsIn } from '../../model';
import { bothVersions, releaseText } from '../support/release';

it('lists the versions of a release file', () => {
  expect(versionsIn(releaseText({ versions: bothVersions }))).toEqual(['v1', 'v2']);
});

it('lists them while the file breaks other rules, as it does while somebody writes it', () => {
  expect(versionsIn('versions:\n  v1:\n  1.10: { image: nowhere }\nweights: { v1: 7 }\n')).toEqual(['v1', '1.10']);
});

it.each([
  '',
  'versions',
  'versions: [v1]',
  'versions: v1',
  'versions:',
  '- versions',
  'versions: {',
  'a: 1\n---\nb: 2',
])('lists nothing of %j', (text) => {
  expect(versionsIn(text)).toEqual([]);
});

it('leaves out what is no name of a version: a shell would run it', () => {
  const hostile = ['$(touch x)', 'a;b', 'a b', '`id`', "a'", '--full', '\u001b[2J', 'a\nb', 'a:b'];
  const text = JSON.stringify({ versions: Object.fromEntries([...hostile, 'v2'].map((name) => [name, {}])) });
  expect(versionsIn(text)).toEqual(['v2']);
});
