import { parsedOnce } from '../../../../driver/istio/mesh/parsed-once';

describe('an answer that many proxies give', () => {
  let parsed: string[];
  let parse: (text: string) => unknown;
  beforeEach(() => {
    parsed = [];
    parse = parsedOnce((text): unknown => {
      parsed.push(text);
      return JSON.parse(text);
    });
  });

  test('is parsed once, and each text has its own result', () => {
    expect([parse('{"a":1}'), parse('[2]'), parse('{"a":1}'), parse('null'), parse('null')]).toEqual([
      { a: 1 },
      [2],
      { a: 1 },
      null,
      null,
    ]);
    expect(parsed).toEqual(['{"a":1}', '[2]', 'null']);
  });

  test('is parsed again when it could not be understood', () => {
    expect(() => parse('upstream error')).toThrow('JSON');
    expect(() => parse('upstream error')).toThrow('JSON');
  });

  test('is forgotten when a hundred others came since, and not when it came in between', () => {
    parse('1000');
    for (let text = 0; text < 99; text += 1) parse(String(text));
    parse('1000');
    parse('99');
    parse('1000');
    parse('0');
    expect(parsed.filter((text) => text === '1000')).toHaveLength(1);
    expect(parsed.filter((text) => text === '0')).toHaveLength(2);
  });
});
