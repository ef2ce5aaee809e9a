import fc from 'fast-check';
import { Narrowed } from '../../../../driver/istio/mesh/narrowed';

interface Host {
  readonly domains: readonly string[];
  readonly note: unknown;
}

const host: fc.Arbitrary<Host> = fc.record({
  domains: fc.array(fc.constantFrom('shop', 'other', 'third'), { minLength: 1, maxLength: 3 }),
  note: fc.jsonValue({ maxDepth: 3 }),
});
const dump = fc.array(fc.array(host, { maxLength: 6 }), { maxLength: 3 });
const textOf = (configs: readonly (readonly Host[])[], indent: number) =>
  JSON.stringify(
    { configs: configs.map((virtual_hosts) => ({ route_config: { name: 'x', virtual_hosts, last: true } })) },
    null,
    indent,
  );
/** In pieces of so many bytes. */
function narrowed(text: string, depth: number, words: readonly string[], pieceBytes = Infinity): string {
  const sieve = new Narrowed(depth, words);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) sieve.write(bytes.subarray(at, at + pieceBytes));
  return sieve.end();
}
const hostsIn = (text: string, word: string) =>
  (JSON.parse(text) as { configs: { route_config: { virtual_hosts: Host[] } }[] }).configs.map(({ route_config }) =>
    route_config.virtual_hosts.filter(({ domains }) => domains.includes(word)),
  );

describe('a dump cut down to what mentions a word', () => {
  test('is the same JSON as far as that goes, whatever else is in it', () => {
    fc.assert(
      fc.property(
        dump,
        fc.constantFrom(0, 1, 2, 4),
        fc.integer({ min: 1, max: 400 }),
        (configs, indent, pieceBytes) => {
          const whole = textOf(configs, indent);
          const found = narrowed(whole, 5, ['shop'], pieceBytes);
          expect(hostsIn(found, 'shop')).toEqual(hostsIn(whole, 'shop'));
          expect(found).toBe(narrowed(whole, 5, ['shop']));
        },
      ),
    );
  });

  test('has nothing of the others, as Envoy prints it', () => {
    const text = textOf(
      [
        [
          { domains: ['other'], note: 1 },
          { domains: ['shop'], note: 2 },
        ],
        [],
      ],
      1,
    );
    expect(narrowed(text, 5, ['shop'])).not.toContain('other');
    expect(narrowed(text, 5, ['shop', 'other'])).toBe(text);
  });

  test('is the same as far as it goes when one object is larger than what is looked at in one go', () => {
    const large = { domains: ['shop'], note: Array.from({ length: 60_000 }, (_, index) => `ü${index}`) };
    const text = textOf([[{ domains: ['other'], note: 1 }, large, { domains: ['third'], note: 2 }], [large]], 1);
    const found = narrowed(text, 5, ['shop'], 32_768);
    expect(JSON.parse(found)).toEqual(JSON.parse(textOf([[large], [large]], 1)));
  });

  test('is left whole when it is printed in another way', () => {
    const other = textOf([[{ domains: ['other'], note: 1 }]], 0);
    expect(narrowed(other, 5, ['shop'])).toBe(other);
    expect(narrowed('upstream error', 5, ['shop'])).toBe('upstream error');
  });
});
