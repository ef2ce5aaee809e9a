/**
 * The answers that come over one connection, in pieces. Not node:http: it asks the next question only after the answer to the one
 * before, and keeps a whole answer in memory where a word of it is wanted (docs/decisions/0021-questions-in-one-go.md).
 */
export interface AnswerHandler {
  head(status: number): void;
  /** A piece of the body, as it comes. */
  body(piece: Buffer): void;
  /** `isLast`: the far end sends no other answer over this connection. */
  end(isLast: boolean): void;
}

type State = 'head' | 'body' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'until-close';

const lineEnd = '\r\n';
const headEnd = '\r\n\r\n';
/** Of a head, a trailer or the size of a chunk: Node's own limit for all headers is 16 kB. */
const longestHeadBytes = 64 * 1024;
const noBytes = Buffer.alloc(0);

export class HttpAnswers {
  private state: State = 'head';
  private unread: Buffer = noBytes;
  /** Of the body, or of the chunk. */
  private leftBytes = 0;
  private isLast = false;

  constructor(private readonly handler: AnswerHandler) {}

  /** Throws for what is no HTTP/1.1. */
  push(piece: Buffer): void {
    let rest = this.unread.length > 0 ? Buffer.concat([this.unread, piece]) : piece;
    this.unread = noBytes;
    while (rest.length > 0) {
      const after = this.isInBody() ? this.takeBody(rest) : this.takeLine(rest);
      if (after === undefined) break;
      rest = after;
    }
  }

  /** The connection has ended: so has an answer that gave no length. Returns whether nothing is missing. */
  close(): boolean {
    if (this.state === 'until-close') this.finish();
    return this.state === 'head' && this.unread.length === 0;
  }

  private isInBody(): boolean {
    return this.state === 'body' || this.state === 'chunk' || this.state === 'until-close';
  }

  private takeBody(rest: Buffer): Buffer {
    if (this.state === 'until-close') {
      this.handler.body(rest);
      return noBytes;
    }
    const piece = rest.subarray(0, this.leftBytes);
    this.leftBytes -= piece.length;
    this.handler.body(piece);
    if (this.leftBytes === 0) {
      if (this.state === 'chunk') this.state = 'chunk-end';
      else this.finish();
    }
    return rest.subarray(piece.length);
  }

  /** Undefined: the line has not come to its end yet. */
  private takeLine(rest: Buffer): Buffer | undefined {
    const mark = this.state === 'head' ? headEnd : lineEnd;
    const end = rest.indexOf(mark);
    if (end > longestHeadBytes || (end < 0 && rest.length > longestHeadBytes))
      throw new Error(notHttp('a longer head'));
    if (end < 0) {
      this.unread = Buffer.from(rest);
      return undefined;
    }
    this.line(rest.toString('latin1', 0, end));
    return rest.subarray(end + mark.length);
  }

  private line(text: string): void {
    switch (this.state) {
      case 'head':
        return this.head(text);
      case 'chunk-size':
        return this.chunkOf(text);
      case 'chunk-end':
        if (text !== '') throw new Error(notHttp('a chunk that is longer than it said'));
        this.state = 'chunk-size';
        return;
      default:
        if (text === '') this.finish();
    }
  }

  private head(text: string): void {
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1]);
    if (Number.isNaN(status)) throw new Error(notHttp(JSON.stringify(text.slice(0, 60))));
    // 100 to 199 only announce the answer.
    if (status < 200) return;
    const valueOf = (name: string) => new RegExp(`\\n${name}:[ \\t]*([^\\r\\n]*)`, 'i').exec(text)?.[1]?.trim();
    this.isLast = /\bclose\b/i.test(valueOf('connection') ?? '');
    this.handler.head(status);
    this.begin(status, valueOf('transfer-encoding'), valueOf('content-length'));
  }

  private begin(status: number, coding: string | undefined, length: string | undefined): void {
    if (status === 204 || status === 304) return this.finish();
    if (coding !== undefined) {
      if (coding.toLowerCase() !== 'chunked') throw new Error(notHttp(`the transfer coding ${coding}`));
      this.state = 'chunk-size';
    } else if (length !== undefined) {
      if (!/^\d+$/.test(length)) throw new Error(notHttp(`a length of ${length}`));
      this.leftBytes = Number(length);
      this.state = 'body';
      if (this.leftBytes === 0) this.finish();
    } else {
      this.isLast = true;
      this.state = 'until-close';
    }
  }

  private chunkOf(text: string): void {
    const size = /^[0-9a-f]{1,8}(?=[ \t]*(;|$))/i.exec(text)?.[0];
    if (size === undefined) throw new Error(notHttp(`a chunk of the size ${JSON.stringify(text.slice(0, 60))}`));
    this.leftBytes = parseInt(size, 16);
    this.state = this.leftBytes === 0 ? 'trailer' : 'chunk';
  }

  private finish(): void {
    this.state = 'head';
    this.handler.end(this.isLast);
  }
}

function notHttp(found: string): string {
  return `expected an answer in HTTP/1.1, found ${found}`;
}
