/** Drawings show whole names, however long: what is cut off cannot be told from another one. */
import { bars, stepChart } from '../../../../driver/istio/html/chart';

const long = (end: string) => `checkout-and-payments-with-a-name-of-sixty-characters-build-${end}`;
const points = [{ atMs: 0, value: 100 }];
const chart = (names: readonly string[], width?: number) =>
  stepChart({ title: 'T', unit: ' %', lines: names.map((name) => ({ name, points })), endMs: 1000, most: 100, width })
    .text;

/** Each line of each text with its place: letters are at most eight units wide. */
function linesIn(svg: string): { readonly x: number; readonly text: string }[] {
  const texts = [...svg.matchAll(/<text class="name" x="(\d+)"[^>]*>([\s\S]*?)<\/text\s*>/g)];
  return texts.flatMap(([, x, inner = '']) => {
    const pieces = inner.split(/<tspan[^>]*>|<\/tspan>/).filter((text) => text.trim() !== '');
    return pieces.map((text) => ({ x: Number(x), text }));
  });
}

test.each([[undefined], [380]])('names of versions go on below, within a drawing of %p', (width) => {
  const names = [long('a'), long('b')];
  const svg = chart(names, width);
  const lines = linesIn(svg);
  expect(lines.map(({ text }) => text).join('')).toBe(names.map((name) => `${name} 100 %`).join(''));
  for (const { x, text } of lines) expect(x + text.length * 8).toBeLessThanOrEqual(width ?? 720);
});

test('names of lines that end at one value do not stand on each other', () => {
  const svg = chart([long('a'), long('b'), long('c')], 380);
  const begins = [...svg.matchAll(/<text class="name" x="\d+" y="([\d.]+)"/g)].map(([, y]) => Number(y));
  const lines = linesIn(svg).length / 3;
  begins.slice(1).forEach((y, index) => expect(y - (begins[index] ?? 0)).toBeGreaterThanOrEqual(lines * 14));
  const [, tall] = /viewBox="0 0 \d+ ([\d.]+)"/.exec(svg) ?? [];
  expect(Number(tall)).toBeGreaterThanOrEqual((begins.at(-1) ?? 0) + (lines - 1) * 14);
});

test('names of proxies are whole beside their bars', () => {
  const name = 'istio-ingressgateway-of-the-payments-team-8b98f5bf-b77fv.istio-ingress-payments';
  const { text } = bars('T', [{ name, ms: 1000 }]);
  const [, inner = ''] = /<text class="tick" x="300"[^>]*>([\s\S]*?)<\/text\s*>/.exec(text) ?? [];
  expect(inner.replace(/<[^>]*>/g, '')).toBe(name);
});
