import fc from 'fast-check';
import { formatManifestProblem, readManifests } from '../../manifests';
import { anyText } from '../support/any-text';

const read = (text: string) => readManifests([{ file: 'web.yaml', text }]);
const messages = (text: string) => read(text).problems.map(formatManifestProblem);

const config = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

describe('a stream of manifests', () => {
  it('is read with file and line of each document; empty documents are passed over', () => {
    const files = [
      { file: 'a.yaml', text: `# first\n---\n---\n# second\n${config('a')}---\n${config('b')}` },
      { file: 'b.yaml', text: config('c') },
    ];
    const { manifests, problems } = readManifests(files);
    expect(problems).toEqual([]);
    expect(manifests.map(({ manifest, file, line }) => `${file}:${line} ${manifest.metadata.name}`)).toEqual([
      'a.yaml:5 a',
      'a.yaml:10 b',
      'b.yaml:1 c',
    ]);
  });

  it('is read as Kubernetes reads it: octal modes and on are no text, times and dates are', () => {
    const { manifests } = read(`${config('a')}mode: 0644\nflag: on\ntime: 12:30\ndate: 2024-11-05\n`);
    expect(manifests[0]?.manifest).toMatchObject({ mode: 420, flag: true, time: '12:30', date: '2024-11-05' });
  });

  it('may use anchors and merge keys', () => {
    const { manifests } = read(`${config('a')}one: &one { x: 1 }\ntwo: { <<: *one, y: 2 }\n`);
    expect(manifests[0]?.manifest.two).toEqual({ x: 1, y: 2 });
  });

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(anyText, (text) => void read(text)));
    const hostile = ['['.repeat(100_000), 'a: &a [*a]', 'a: *b', '&a {k: *a}', `${config('a')}x: &x { y: *x }\n`];
    for (const text of hostile) expect(read(text).problems).not.toEqual([]);
  });
});

describe('problems', () => {
  it('of all documents are told at once, each with its place', () => {
    expect(
      messages(
        [
          'kind: ConfigMap\n',
          'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n',
          '- 1\n',
          'text\n',
          'apiVersion: v1\nkind: List\nitems: []\n',
          'apiVersion: v1\nkind: Pod\nmetadata: { name: a, labels: { version: 1.10 } }\n',
          'a: 1\na: 2\n',
        ].join('---\n'),
      ),
    ).toEqual([
      'web.yaml:1 expected apiVersion of a Kubernetes object, found none; add apiVersion, or take the document out',
      'web.yaml:3 expected metadata.name of this ConfigMap, found none; add it: objects are told by their names',
      'web.yaml:7 expected a Kubernetes object, found a list; write each object as a document of its own, with --- between them',
      'web.yaml:9 expected a Kubernetes object, found a single value; write each object as a document of its own, with --- between them',
      'web.yaml:11 expected one object, found a List; write each object as a document of its own, with --- between them',
      'web.yaml:15 expected text as version, found another value; put it into quotes',
      'web.yaml:20 expected valid YAML, found Map keys must be unique; correct the syntax at this place',
    ]);
  });

  it.each(['', '# nothing\n---\n'])('are that there is nothing, in %j', (text) => {
    expect(messages(text)).toEqual([
      'web.yaml:1 expected manifests, found none; check what was synthesized, and where to',
    ]);
    expect(readManifests([]).problems).toHaveLength(1);
  });
});
