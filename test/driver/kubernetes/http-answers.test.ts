import fc from 'fast-check';
import { HttpAnswers } from '../../../driver/kubernetes/http-answers';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly framing: 'length' | 'chunks';
  readonly chunkBytes: number;
}

const answer: fc.Arbitrary<Answer> = fc.record({
  status: fc.constantFrom(200, 400, 503),
  body: fc.string({ unit: 'grapheme', maxLength: 60 }),
  framing: fc.constantFrom('length', 'chunks'),
  chunkBytes: fc.integer({ min: 1, max: 40 }),
});

function sent({ status, body, framing, chunkBytes }: Answer): Buffer {
  const bytes = Buffer.from(body);
  const head = (line: string) => Buffer.from(`HTTP/1.1 ${status} Any Reason\r\nDate: today\r\n${line}\r\n\r\n`);
  if (framing === 'length') return Buffer.concat([head(`content-length: ${bytes.length}`), bytes]);
  const parts = [head('Transfer-Encoding:chunked')];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = bytes.subarray(at, at + chunkBytes);
    parts.push(Buffer.from(`${chunk.length.toString(16).toUpperCase()};x=y\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\nTrailer: x\r\n\r\n')]);
}

class Heard {
  readonly answers: { status: number; body: string; isLast: boolean }[] = [];
  private readonly parts: Buffer[] = [];
  private status = 0;
  readonly parser = new HttpAnswers(this);

  head(status: number): void {
    this.status = status;
  }
  body(piece: Buffer): void {
    this.parts.push(Buffer.from(piece));
  }
  end(isLast: boolean): void {
    this.answers.push({ status: this.status, body: Buffer.concat(this.parts.splice(0)).toString(), isLast });
  }
  /** In pieces of so many bytes. */
  all(bytes: Buffer, pieceBytes = Infinity): this {
    for (let at = 0; at < bytes.length; at += pieceBytes) this.parser.push(bytes.subarray(at, at + pieceBytes));
    return this;
  }
}
const heard = (text: string) => new Heard().all(Buffer.from(text));

describe('answers in HTTP/1.1', () => {
  test('are told one after the other, wherever the pieces are cut and however their end is told', () => {
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 4 }), fc.integer({ min: 1, max: 50 }), (answers, pieceBytes) => {
        const found = new Heard().all(Buffer.concat(answers.map(sent)), pieceBytes);
        expect(found.answers).toEqual(answers.map(({ status, body }) => ({ status, body, isLast: false })));
        expect(found.parser.close()).toBe(true);
      }),
    );
  });

  test('without a length end with the connection, and are the last of it', () => {
    const found = heard('HTTP/1.0 200 OK\r\n\r\nhalf');
    expect(found.answers).toEqual([]);
    expect(found.parser.close()).toBe(true);
    expect(found.answers).toEqual([{ status: 200, body: 'half', isLast: true }]);
  });

  test('that stop in the middle are no answers', () => {
    const found = heard('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhalf');
    expect(found.parser.close()).toBe(false);
    expect(found.answers).toEqual([]);
    expect(heard('HTTP/1.1 200').parser.close()).toBe(false);
  });

  test('may be the last of a connection, announced, and without a body', () => {
    expect(
      heard('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nConnection: keep-alive, Close\r\n\r\n').answers,
    ).toEqual([{ status: 204, body: '', isLast: true }]);
  });

  test.each([
    ['SSH-2.0-OpenSSH\r\n\r\n', 'found "SSH-2.0-OpenSSH"'],
    ['HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n', 'a length of many'],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n', 'the transfer coding gzip'],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n', 'a chunk of the size "xyz"'],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n', 'a chunk that is longer'],
    ['x'.repeat(70_000), 'a longer head'],
  ])('are not guessed: %.60s', (text, found) => {
    expect(() => heard(text)).toThrow(found);
  });
});
