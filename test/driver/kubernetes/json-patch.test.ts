import fc from 'fast-check';
import { valueAt } from '../../../driver/kubernetes/json-patch';

const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

describe('a JSON pointer', () => {
  it('leads to what stands at its keys, whatever is in them', () => {
    const keys = fc.array(fc.string(), { maxLength: 4 });
    fc.assert(
      fc.property(keys, fc.jsonValue(), (path, value) => {
        const document = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
        expect(valueAt(document, path.map((key) => `/${escaped(key)}`).join(''))).toEqual(value);
      }),
    );
  });

  it('leads into lists, and nowhere where nothing is', () => {
    expect(valueAt({ list: [{ name: 'a' }, { name: 'b' }] }, '/list/1/name')).toBe('b');
    expect(valueAt({ list: [] }, '/list/0/name')).toBeUndefined();
    expect(valueAt({ text: 'a' }, '/text/length')).toBeUndefined();
    expect(valueAt({}, '/constructor')).toBeUndefined();
  });
});
