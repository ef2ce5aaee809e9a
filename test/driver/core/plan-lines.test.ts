import { printPlan, type Plan } from '../../../driver/core/plan-lines';
import { exitCodes } from '../../../model';

function print(lines: Plan['lines'], { json = false, obstacle }: { json?: boolean; obstacle?: string } = {}) {
  let printed = '';
  const code = printPlan((text) => (printed += text), { lines, obstacle }, json);
  return { code, printed };
}

const write = { kind: 'write', what: 'write A', because: 'there is none' } as const;
const wait = { kind: 'wait', what: 'until its pods are available' } as const;

describe('a plan', () => {
  it('is numbered, gives the reason of each write, and exits as one with changes', () => {
    const lines = [write, wait, { kind: 'measure', what: 'take the analysis errors' } as const];
    expect(print(lines)).toEqual({
      code: exitCodes.changes,
      printed: '1. write A — there is none\n2.   wait until its pods are available\n3.   take the analysis errors\n',
    });
  });

  it('has its numbers below each other', () => {
    expect(print(Array.from({ length: 10 }, () => write)).printed).toContain(
      '\n 9. write A — there is none\n10. write',
    );
  });

  it('of waits alone shows them, and is no change', () => {
    expect(print([wait])).toEqual({
      code: exitCodes.completed,
      printed: '1.   wait until its pods are available\n',
    });
  });

  it('without lines says that there is nothing to do', () => {
    expect(print([])).toEqual({
      code: exitCodes.completed,
      printed: 'nothing to do: the cluster is as the file says\n',
    });
  });

  it('is the same lines as JSON', () => {
    expect(print([write], { json: true }).printed).toBe(`${JSON.stringify([write])}\n`);
  });

  it('that has no end is refused, with the obstacle', () => {
    expect(() => print([write], { obstacle: 'no pod is left' })).toThrow('found no pod is left; see what stands in');
  });
});
