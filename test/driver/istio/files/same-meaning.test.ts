import fc from 'fast-check';
import { sameIntOrString, sameQuantity } from '../../../../driver/istio/files/same-meaning';

test.each([
  ['1', '1000m'],
  ['0.7', '700m'],
  ['1Gi', '1024Mi'],
  ['1.5Gi', '1536Mi'],
  ['1k', '1e3'],
  ['1E', '1e18'],
  ['100u', '0.1m'],
  [2, '2'],
  ['-1', '-1000m'],
])('%s and %s are one quantity', (a, b) => {
  expect(sameQuantity(a, b)).toBe(true);
});

test.each([
  ['1', '1001m'],
  ['1G', '1Gi'],
  ['1', 'x'],
  ['x', 'x'],
  ['', '0'],
  [null, '0'],
  ['1m', '1M'],
])('%s and %s are not', (a, b) => {
  expect(sameQuantity(a, b)).toBe(false);
});

test('any amount in thousandths is the amount in units, and no other', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 1_000_000 }), (a, b) => {
      const units = `${Math.floor(a / 1000)}.${String(a % 1000).padStart(3, '0')}`;
      expect(sameQuantity(units, `${b}m`)).toBe(a === b);
    }),
  );
  expect(sameQuantity('0.7', '700m')).toBe(true);
});

test('a number and its text are one value; a name is not a number', () => {
  expect(sameIntOrString(8080, '8080')).toBe(true);
  expect(sameIntOrString('http', 'http')).toBe(true);
  expect(sameIntOrString(8080, 'http')).toBe(false);
  expect(sameIntOrString('25%', 25)).toBe(false);
});
