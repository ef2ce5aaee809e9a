import { wrappedText } from '../../../driver/core/wrapped';

test('words stay whole where they fit into a line', () => {
  expect(wrappedText('waiting for the drain of v1', 12)).toEqual(['waiting for', 'the drain of', 'v1']);
});

test('a name that is longer than a line goes on in the next, and nothing of it is lost', () => {
  const name = 'istio-ingressgateway-of-the-payments-team-8b98f5bf-b77fv.istio-system';
  const lines = wrappedText(`behind: ${name} for 3 s`, 37);
  expect(lines.every(({ length }) => length <= 37)).toBe(true);
  expect(lines.join('')).toContain(name);
  expect(lines.join(' ')).toContain('for 3 s');
});
