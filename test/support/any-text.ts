/**
 * Any text, of all code points but halves of surrogate pairs: the same as `unit: 'binary'` of fast-check, which makes a table of a million
 * of them first, half a second and a hundred megabytes for each suite.
 */
import fc from 'fast-check';

const surrogates = { first: 0xd800, count: 0x800 };
const mostCodePoints = 0x110000 - surrogates.count;

const codePoint = fc.integer({ min: 0, max: mostCodePoints - 1 }).map(
  (place) => String.fromCodePoint(place < surrogates.first ? place : place + surrogates.count),
  // So that fast-check can begin with texts that are dangerous in JavaScript, such as __proto__.
  (text) => {
    const [found = '', ...others] = typeof text === 'string' ? text : [];
    if (found === '' || others.length > 0) throw new Error('expected one code point');
    const code = found.codePointAt(0) ?? 0;
    return code < surrogates.first ? code : code - surrogates.count;
  },
);

export const anyText = fc.string({ unit: codePoint });
