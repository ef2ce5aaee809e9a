import fc from 'fast-check';
import { parseRelease, type Release } from '../../model';
import { editedRelease, editRelease, Refusal } from '../../model';

const toV2 = { keep: ['v2'], split: { v2: 100 } };

const head = `# Top of the file.
name: demo
namespace: "demo"   # quoted on purpose
hosts: [ demo.example.com ]

`;

function read(text: string): Release {
  const parsed = parseRelease(text);
  if ('problems' in parsed) throw new Error(`${JSON.stringify(parsed.problems)} in\n${text}`);
  return parsed.release;
}

describe('the file at the end of a release', () => {
  it('keeps the canary alone, with all the traffic, and every byte of the rest', () => {
    const before = `${head}# A name stands for one build for ever.
versions:
    v1: {image: 'demo:1'}   # the build of March
    v2: {image: "demo:2"}   # the build of May

# Whole numbers.
weights: {v1: 100}  # sum 100
replicas:    3
`;
    expect(editRelease(before, toV2)).toBe(`${head}# A name stands for one build for ever.
versions:
    v2: {image: "demo:2"}   # the build of May

# Whole numbers.
weights: {v2: 100}  # sum 100
replicas:    3
`);
  });

  it('takes the comments of a removed entry with it, and leaves those of its neighbours', () => {
    const before = `${head}versions:
  # of all versions
  v0:
    image: demo:0
    # inside v0
    # inside v0, too

  # first line on v1
  # second line on v1
  v1: # behind v1
    image: demo:1 # behind the image of v1
    env:
      MOTD: |
        # no comment, but text

  # a paragraph of its own

  # on v2
  v2:
    image: demo:2
# at the end
weights:
  # on v1's weight
  v1: 90
  # on v2's weight
  v2: 10
`;
    expect(editRelease(before, toV2)).toBe(`${head}versions:
  # of all versions


  # a paragraph of its own

  # on v2
  v2:
    image: demo:2
# at the end
weights:
  # on v1's weight
  # on v2's weight
  v2: 100
`);
  });

  it.each([
    ['{ v1: 90, v2: 10 }', '{ v2: 100 }'],
    ['{ v2: 10, v1: 90 }', '{ v2: 100 }'],
    ['{ "v1": 100 }', '{ v2: 100 }'],
    ['{v1: 100, v2: 0,}', '{v2: 100,}'],
    ['{ v1: 90, # most\n  v2: 10 }', '{ # most\n  v2: 100 }'],
    ['{ v2: 10, # little\n  v1: 90 }', '{ v2: 100, # little\n   }'],
    ['{\n  v1: 90, # most\n  v2: 10, # little\n  }', '{\n  v2: 100, # little\n  }'],
    ['\n  v1: 90\n  v2: 10', '\n  v2: 100'],
    ['\n  v2: 10 # little\n  v1: 90', '\n  v2: 100 # little'],
  ])('rewrites the weights %j as %j', (weights, expected) => {
    const versions = `versions: { v1: { image: 'demo:1' }, v2: { image: 'demo:2' } }\n`;
    expect(editRelease(`${head}${versions}weights: ${weights}\n`, toV2)).toBe(
      `${head}versions: { v2: { image: 'demo:2' } }\nweights: ${expected}\n`,
    );
  });

  it('gives several versions their weights, also more than had one', () => {
    const versions = `versions: { v1: { image: 'd:1' }, v2: { image: 'd:2' }, v3: { image: 'd:3' } }\n`;
    const all = { keep: ['v1', 'v2', 'v3'], split: { v1: 20, v2: 30, v3: 50 } };
    const edited = (weights: string) => editRelease(`${head}${versions}weights: ${weights}\n`, all);
    expect(edited('{ v1: 100 } # sum')).toBe(`${head}${versions}weights: { v2: 30, v3: 50, v1: 20 } # sum\n`);
    expect(edited('\n  v1: 100')).toBe(`${head}${versions}weights: \n  v2: 30\n  v3: 50\n  v1: 20\n`);
  });

  it('leaves header routes to removed versions, as their names may come back', () => {
    const routes = 'headerRoutes: [{ header: x-user, exact: late, version: v1 }]\n';
    const before = `${head}versions: { v1: { image: 'd:1' }, v2: { image: 'd:2' } }\n${routes}weights: { v1: 100 }\n`;
    expect(editRelease(before, toV2)).toBe(
      `${head}versions: { v2: { image: 'd:2' } }\n${routes}weights: { v2: 100 }\n`,
    );
  });

  it('keeps names that YAML takes for numbers as they are written', () => {
    const versions = (names: string) => `${head}versions: {${names}}\n`;
    const before = `${versions("'1.9': {image: 'd:1'}, 1.10: {image: 'd:2'}")}weights: { '1.9': 100 }\n`;
    const edit = { keep: ['1.10'], split: { '1.10': 100 } };
    expect(editRelease(before, edit)).toBe(`${versions("1.10: {image: 'd:2'}")}weights: { "1.10": 100 }\n`);
  });

  it('changes nothing when the file already says so', () => {
    const text = `${head}versions: {v2:   {image: 'd:2'}}\nweights: {v2: 100}`;
    expect(editRelease(text, toV2)).toBe(text);
  });

  it('keeps the line endings of another system', () => {
    const before = `${head}versions:\n  v1: { image: 'd:1' } # old\n  v2: { image: 'd:2' }\nweights: { v1: 100 }\n`;
    const after = `${head}versions:\n  v2: { image: 'd:2' }\nweights: { v2: 100 }\n`;
    const crlf = (text: string) => text.replaceAll('\n', '\r\n');
    expect(editRelease(crlf(before), toV2)).toBe(crlf(after));
  });

  it('refuses a file whose kept version is written in terms of a removed one', () => {
    const text = `${head}versions:\n  v1: &old { image: 'd:1' }\n  v2: *old\nweights: { v1: 100 }\n`;
    expect(() => editRelease(text, toV2)).toThrow(Refusal);
    expect(() => editRelease(text, toV2)).toThrow(/keep the versions v2/);
  });

  it('refuses a file with problems, and weights for versions that do not stay', () => {
    expect(() => editRelease('name: [', toV2)).toThrow(Refusal);
    const text = `${head}versions: { v1: { image: 'd:1' } }\nweights: { v1: 100 }\n`;
    expect(() => editRelease(text, toV2)).toThrow(Refusal);
  });
});

/** A file in any of YAML's styles, with a comment of its own in every place where people write one. */
interface Styles {
  readonly weights: Readonly<Record<string, number>>;
  readonly blockVersions: boolean[];
  readonly flowVersions: 'no' | 'one line' | 'lines';
  readonly flowWeights: boolean;
  readonly indent: number;
  readonly comments: readonly boolean[];
}

const names = ['constructor', 'v1', 'v2', 'v10'];

function write({ weights, blockVersions, flowVersions, flowWeights, indent, comments }: Styles): string {
  const pad = ' '.repeat(indent);
  let asked = 0;
  // `#owner:n#` names the entry that a comment belongs to; "file" belongs to none.
  const comment = (owner: string) => (comments[asked++ % comments.length] ? `# #${owner}:${asked}#` : '');
  const line = (owner: string, before: string) => {
    const text = comment(owner);
    return text === '' ? '' : `${before}${text}\n`;
  };
  const entry = (name: string, first: boolean, body: string[]) =>
    `${first ? '' : line(name, pad)}${pad}${body[0]} ${comment(name)}\n${body.slice(1).join('\n')}${body.length > 1 ? '\n' : ''}`;
  const versions =
    flowVersions === 'one line'
      ? ` { ${names.map((name) => `${name}: { image: 'demo:${name}' }`).join(', ')} } ${comment('file')}\n`
      : flowVersions === 'lines'
        ? ` {\n${names.map((name, index) => entry(name, index === 0, [`${name}: { image: 'demo:${name}' },`])).join('')}${pad}}\n`
        : `\n${line('file', pad)}${names
            .map((name, index) =>
              blockVersions[index]
                ? entry(name, index === 0, [
                    `${name}:`,
                    `${pad}${pad}image: demo:${name}`,
                    `${pad}${pad}# #${name}:in#`,
                  ])
                : entry(name, index === 0, [`${name}: {image: "demo:${name}"}`]),
            )
            .join('\n')}`;
  const weighted = Object.entries(weights);
  const weightText = flowWeights
    ? ` {${weighted.map(([name, weight]) => `${name}: ${weight}`).join(', ')}} ${comment('file')}\n`
    : `\n${weighted.map(([name, weight]) => `${pad}${name}: ${weight} ${comment('weight')}\n`).join('')}`;
  return [
    `name: demo\nnamespace: demo # #file:n#\nhosts: [demo.example.com]\n\n${line('file', '')}versions:${versions}\n`,
    `# #file:w#\nweights:${weightText}\n`,
    'replicas:   4\n# #file:last#',
  ].join('');
}

const split = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
    fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 4, maxLength: 4 }),
  )
  .map(([chosen, numbers]) => {
    const parts = chosen.map((_, index) => (numbers[index] ?? 0) + 1);
    const total = parts.reduce((sum, part) => sum + part, 0);
    const shares = parts.map((part) => Math.floor((part * 100) / total));
    const rest = 100 - shares.reduce((sum, share) => sum + share, 0);
    return Object.fromEntries(chosen.map((name, index) => [name, (shares[index] ?? 0) + (index === 0 ? rest : 0)]));
  });

const styles: fc.Arbitrary<Styles> = fc.record({
  weights: split,
  blockVersions: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  flowVersions: fc.constantFrom('no' as const, 'one line' as const, 'lines' as const),
  flowWeights: fc.boolean(),
  indent: fc.constantFrom(1, 2, 4),
  comments: fc.array(fc.boolean(), { minLength: 5, maxLength: 17 }),
});

const commentsOf = (text: string) =>
  [...text.matchAll(/#(\w+):\w+#/g)].map(([all, owner]) => ({ all, owner: String(owner) }));

describe('in any layout', () => {
  const edits = fc.tuple(styles, split, fc.subarray(names)).map(([style, wanted, more]) => ({
    text: write(style),
    edit: { keep: [...new Set([...Object.keys(wanted), ...more])], split: wanted },
  }));

  const stays = ({ owner }: { owner: string }, keep: readonly string[]) => owner === 'file' || keep.includes(owner);
  const isWeight = (line: string) => /^\s*(weights: \{|\w+: \d)/.test(line);

  it('the file says what was wanted, and comments and lines that do not belong to a removed entry are as they were', () => {
    fc.assert(
      fc.property(edits, ({ text, edit }) => {
        const edited = editRelease(text, edit);
        expect(read(edited)).toEqual(editedRelease(read(text), edit));

        const expected = commentsOf(text).filter((comment) => stays(comment, edit.keep));
        expect(commentsOf(edited).filter(({ owner }) => owner !== 'weight')).toEqual(expected);

        const old = new Set(text.split('\n'));
        const isNew = (line: string) => !old.has(line) && !isWeight(line) && !line.startsWith('versions: {');
        expect(edited.split('\n').filter(isNew)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('a second edit changes nothing', () => {
    fc.assert(
      fc.property(edits, ({ text, edit }) => {
        const edited = editRelease(text, edit);
        expect(editRelease(edited, edit)).toBe(edited);
      }),
      { numRuns: 20 },
    );
  });
});
