import fc from 'fast-check';
import { printPlan } from '../../../driver/core/print-plan';
import type { Plan } from '../../../driver/core/planned';
import { exitCodes } from '../../../model';

interface Asked {
  readonly json?: boolean;
  readonly obstacle?: string;
  readonly columns?: number;
}

function print(lines: Plan['lines'], { json = false, obstacle, columns = 80 }: Asked = {}) {
  let printed = '';
  const paper = { out: (text: string) => (printed += text), columns };
  const code = printPlan(paper, { lines, obstacle }, json);
  return { code, printed };
}

const create = {
  kind: 'write',
  what: 'create A',
  because: 'there is none',
  change: 'create',
  objects: ['Deployment/a', 'ConfigMap/a'],
} as const;
const move = {
  ...create,
  what: 'write B',
  change: 'change',
  objects: ['VirtualService/b'],
  traffic: 'v1 90, v2 10',
} as const;
const remove = { ...create, what: 'delete C', change: 'remove', objects: ['Deployment/c'] } as const;
const wait = { kind: 'wait', what: 'until its pods are available' } as const;
const pause = { kind: 'wait', what: 'for 65 s', seconds: 65 } as const;
const person = { kind: 'wait', what: 'until somebody promotes', until: 'promoted' } as const;
const measure = { kind: 'measure', what: 'take the analysis errors', seconds: 30 } as const;

describe('a plan', () => {
  it('is a table of its writes with what each waits for, and exits as one with changes', () => {
    const { code, printed } = print([create, wait, move, pause, measure, person, remove, wait]);
    expect(code).toBe(exitCodes.changes);
    expect(printed).toMatchInlineSnapshot(`
      "┌───┬──────────────────────────┬───────────────────────────────┬─────────┐
      │ # │ operation                │ waits, and why                │ traffic │
      ├───┼──────────────────────────┼───────────────────────────────┼─────────┤
      │ 1 │ create A                 │ there is none                 │ stays   │
      │   │ + Deployment/a           │                               │         │
      │   │ + ConfigMap/a            │                               │         │
      │ 2 │ write B                  │ waits until its pods are      │ v1 90   │
      │   │ ~ VirtualService/b       │ available                     │ v2 10   │
      │ 3 │ take the analysis errors │ waits for 65 s                │         │
      │ 4 │ delete C                 │ waits until somebody promotes │ stays   │
      │   │ - Deployment/c           │                               │         │
      │   │ the end                  │ waits until its pods are      │         │
      │   │                          │ available                     │         │
      └───┴──────────────────────────┴───────────────────────────────┴─────────┘
      2 objects to create, 1 move of traffic, 1 object to remove, 3 writes in all; at
      least 1 min 35 s, and a pause that waits for you
      "
    `);
  });

  it('says where the number of objects is not known, and counts the others', () => {
    const { objects: _, ...unknown } = remove;
    expect(print([create, unknown]).printed).toContain(
      '2 objects to create, objects to remove whose number is not known here, 2 writes',
    );
  });

  it('of waits alone shows them, and is no change', () => {
    const { code, printed } = print([wait]);
    expect(code).toBe(exitCodes.completed);
    expect(printed).toContain('waits until its pods are');
    expect(printed).not.toContain('in all');
  });

  it('without lines says that there is nothing to do', () => {
    expect(print([])).toEqual({
      code: exitCodes.completed,
      printed: 'nothing to do: the cluster is as the file says\n',
    });
  });

  it('is the same lines as JSON', () => {
    expect(print([create], { json: true }).printed).toBe(`${JSON.stringify([create])}\n`);
  });

  it('that has no end is refused, with the obstacle', () => {
    expect(() => print([create], { obstacle: 'no pod is left' })).toThrow('found no pod is left; see what stands in');
  });

  it('shows what becomes of objects below, each field on a line, and nothing that moves a cursor', () => {
    const fields = [{ path: 'spec.a', live: '1', after: '"\u001b[2Jx"' }];
    const changed = { kind: 'difference', change: 'change', object: 'Deployment/a', fields } as const;
    const manifest = { kind: 'ConfigMap', data: { A: '(masked 1)' } };
    const created = { kind: 'difference', change: 'create', object: 'ConfigMap/a', manifest } as const;
    const gone = { kind: 'difference', change: 'remove', object: 'ConfigMap/b' } as const;
    const { printed } = print([create, changed, created, gone]);
    expect(printed.slice(printed.indexOf('1 write in all'))).toBe(
      [
        '1 write in all',
        '',
        '~ change Deployment/a',
        '  ~ spec.a: 1 → "x"',
        '',
        '+ create ConfigMap/a',
        '  + kind: ConfigMap',
        '  + data:',
        '  +   A: (masked 1)',
        '',
        '- remove ConfigMap/b',
        '',
      ].join('\n'),
    );
  });

  it('fits the terminal, whatever it says, and loses no character of a name', () => {
    const word = (longest: number) => fc.integer({ min: 1, max: longest }).map((length) => 'w'.repeat(length));
    const name = word(90).map((text) => `Deployment/${text}`);
    const sentence = fc.array(word(60), { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
    const write = fc.record({
      kind: fc.constant('write' as const),
      what: sentence,
      because: sentence,
      change: fc.constantFrom('create' as const, 'change' as const, 'remove' as const),
      objects: fc.array(name, { maxLength: 4 }),
      traffic: fc.option(sentence, { nil: undefined }),
    });
    const waits = sentence.map((what) => ({ kind: 'wait' as const, what }));
    fc.assert(
      fc.property(
        fc.array(fc.oneof(write, waits), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 80, max: 200 }),
        (lines, columns) => {
          const { printed } = print(lines, { columns });
          expect(printed.split('\n').filter((line) => line.length >= columns)).toEqual([]);
          const operations = printed.split('\n').map((line) => (line.split('│')[2] ?? '').trim());
          const names = lines.flatMap((line) => ('objects' in line ? line.objects : []));
          const text = operations.join('');
          expect(names.filter((each) => !text.includes(each))).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});
