import { sameIntOrString, sameQuantity } from '../../../../driver/istio/files/same-meaning';

test.each([
  ['1', '1000m', true],
  ['1Gi', '1024Mi', true],
  [2, '2', true],
  ['1', '1001m', false],
  ['1', 'x', false],
  ['x', 'x', false],
  ['', '0', false],
  [null, '0', false],
])('whether %s and %s are one quantity: %s', (a, b, same) => {
  expect(sameQuantity(a, b)).toBe(same);
});

test('a number and its text are one value; a name is not a number', () => {
  expect(sameIntOrString(8080, '8080')).toBe(true);
  expect(sameIntOrString('http', 'http')).toBe(true);
  expect(sameIntOrString(8080, 'http')).toBe(false);
  expect(sameIntOrString('25%', 25)).toBe(false);
});
