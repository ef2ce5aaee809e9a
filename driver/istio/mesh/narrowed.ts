/**
 * Envoy's admin port has no filter for what is in a list, so an answer of three megabytes tells of one virtual host. Here the others
 * are dropped as the answer comes, before anything is parsed or kept: looking for a word costs a hundredth of parsing it.
 */
import type { Sieve } from '../../kubernetes/http-over';

/** In which an answer is looked at, piece by piece. Nothing stays in it, so all share it: memory for each would cost more than the look. */
const scratch = Buffer.allocUnsafeSlow(256 * 1024);
const nothing = Buffer.alloc(0);
const comma = Buffer.from(',');

/**
 * Gives the same JSON without those objects of the lists at one depth that contain none of the words. Envoy prints one space for each
 * level, and a line break is never inside a string: so a line of that many spaces and a brace is where such an object begins. A
 * text of another form stays whole.
 */
export class Narrowed implements Sieve {
  private readonly begin: Buffer;
  private readonly objectEnd: Buffer;
  /** Of two objects in the list. */
  private readonly between: Buffer;
  private readonly listEnd: Buffer;
  private readonly words: readonly Buffer[];
  private readonly kept: Buffer[] = [];
  /** What has come, and was not looked at. */
  private come: Buffer[] = [];
  private comeBytes = 0;
  /** What was looked at, and takes more to be decided. In a list it begins with an object. */
  private rest: Buffer = nothing;
  private isInList = false;
  /** Of this list: the next object that is kept needs a comma. */
  private hasKept = false;

  constructor(depth: number, words: readonly string[]) {
    const indent = ' '.repeat(depth);
    const [begin, objectEnd] = [`\n${indent}{\n`, `\n${indent}}`];
    this.begin = Buffer.from(begin);
    this.objectEnd = Buffer.from(objectEnd);
    this.between = Buffer.from(`${objectEnd},${begin}`);
    this.listEnd = Buffer.from(`\n${indent.slice(1)}]`);
    this.words = words.map((word) => Buffer.from(word));
  }

  write(piece: Buffer): void {
    this.come.push(piece);
    this.comeBytes += piece.length;
    // Never less than what is looked at again: one object of megabytes would be searched with each piece of it.
    if (this.comeBytes >= this.rest.length) this.look();
  }

  end(): string {
    this.look();
    return Buffer.concat([...this.kept, this.rest]).toString('utf8');
  }

  private look(): void {
    const all = joined([this.rest, ...this.come], this.rest.length + this.comeBytes);
    this.come = [];
    this.comeBytes = 0;
    let from = 0;
    for (let to = this.pass(all); to !== undefined; to = this.pass(all.subarray(from))) from += to;
    this.rest = Buffer.from(all.subarray(from));
  }

  /** How many bytes are decided; undefined when that takes more of them. */
  private pass(text: Buffer): number | undefined {
    return this.isInList ? this.passObjects(text) : this.passOthers(text);
  }

  private passOthers(text: Buffer): number | undefined {
    const found = text.indexOf(this.begin);
    // The mark may be torn between two pieces.
    const to = found < 0 ? text.length - this.begin.length : found;
    if (to > 0) this.kept.push(Buffer.from(text.subarray(0, to)));
    this.isInList = found >= 0;
    this.hasKept = false;
    return this.isInList || to > 0 ? to : undefined;
  }

  private passObjects(text: Buffer): number | undefined {
    const listEnd = text.indexOf(this.listEnd);
    this.isInList = listEnd < 0;
    const between = this.isInList ? text.lastIndexOf(this.between) : 0;
    if (between < 0) return undefined;
    const to = this.isInList ? between + this.objectEnd.length : listEnd;
    this.keepAmong(text.subarray(0, to));
    // The comma is written with the next object that is kept.
    return this.isInList ? to + comma.length : to;
  }

  /** Of whole objects with commas between. Only around the words it is looked at more closely, as most objects have none. */
  private keepAmong(objects: Buffer): void {
    const nextWord = finder(objects, this.words);
    for (let word = nextWord(0); word < objects.length;) {
      const first = Math.max(0, objects.lastIndexOf(this.begin, word));
      const end = objects.indexOf(this.objectEnd, word);
      const last = end < 0 ? objects.length : end + this.objectEnd.length;
      if (this.hasKept) this.kept.push(comma);
      this.kept.push(Buffer.from(objects.subarray(first, last)));
      this.hasKept = true;
      word = nextWord(last);
    }
  }
}

function joined(pieces: readonly Buffer[], bytes: number): Buffer {
  if (bytes > scratch.length) return Buffer.concat(pieces);
  let at = 0;
  for (const piece of pieces) at += piece.copy(scratch, at);
  return scratch.subarray(0, bytes);
}

/** Where the next of the words is, from a place on that never goes back; Infinity: nowhere. Each is looked for once. */
function finder(text: Buffer, words: readonly Buffer[]): (from: number) => number {
  const found = new Map<Buffer, number>();
  const placeOf = (word: Buffer, from: number) => {
    const place = text.indexOf(word, from);
    return place < 0 ? Infinity : place;
  };
  return (from) => {
    for (const word of words) if ((found.get(word) ?? -1) < from) found.set(word, placeOf(word, from));
    return Math.min(...found.values());
  };
}
