/** HTTP over a connection that somebody else opened: GETs, bounded in size. */
import type { Duplex } from 'node:stream';
import { HttpAnswers, type AnswerHandler } from './http-answers';

/**
 * Questions that are asked at once go out together, and are answered in their order: what a later one tells was so after what an
 * earlier one told. The sieve says what of an answer is wanted; without one it is the whole text.
 */
export type Get = (path: string, sieve?: Sieve) => Promise<string>;

/** For one answer, which comes in pieces. */
export interface Sieve {
  write(piece: Buffer): void;
  end(): string;
}

/**
 * Envoy takes a third question for a flood while two answers are not sent, and closes the connection (`max_outbound_responses` of its
 * HTTP/1 codec).
 */
const mostUnderWay = 2;

/** There is an answer, and it is no success. */
export class OtherStatus extends Error {}

export function httpOver(connection: Duplex, maxBytes: number): Get {
  const questions = new Questions(connection, maxBytes);
  return (path, sieve = new Whole()) => questions.ask(path, sieve);
}

/** Everything, as text. */
export class Whole implements Sieve {
  private readonly pieces: Buffer[] = [];

  write(piece: Buffer): void {
    this.pieces.push(piece);
  }

  end(): string {
    return Buffer.concat(this.pieces).toString('utf8');
  }
}

interface Question {
  readonly sieve: Sieve;
  readonly resolve: (answer: string) => void;
  readonly reject: (error: Error) => void;
}

class Questions implements AnswerHandler {
  private readonly open: Question[] = [];
  private readonly answers = new HttpAnswers(this);
  private readonly unsent: string[] = [];
  private underWay = 0;
  private status = 0;
  private refusal = new Whole();
  private bytes = 0;

  constructor(
    private readonly connection: Duplex,
    private readonly maxBytes: number,
  ) {
    connection.on('data', (piece: Buffer) => this.receive(piece));
    connection.on('error', (error) => this.fail(error));
    connection.on('end', () => this.over());
    connection.on('close', () => this.over());
  }

  ask(path: string, sieve: Sieve): Promise<string> {
    return new Promise((resolve, reject) => {
      // A line break in it would be another request.
      if (/[^\x21-\x7e]/.test(path)) throw new Error(`a path with characters that no URL has: ${JSON.stringify(path)}`);
      if (this.connection.destroyed) throw this.connection.errored ?? new Error(closed);
      this.open.push({ sieve, resolve, reject });
      this.unsent.push(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n`);
      this.sendSoon();
    });
  }

  /** Together with what else is asked now. */
  private sendSoon(): void {
    if (this.unsent.length > 0) process.nextTick(() => this.send());
  }

  private send(): void {
    const next = this.unsent.splice(0, mostUnderWay - this.underWay);
    if (next.length === 0 || this.connection.destroyed) return;
    this.underWay += next.length;
    this.connection.write(next.join(''));
  }

  private receive(piece: Buffer): void {
    try {
      this.answers.push(piece);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  head(status: number): void {
    if (this.open.length === 0) throw new Error('expected no answer, as nothing was asked, and found one');
    this.status = status;
    this.bytes = 0;
    this.refusal = new Whole();
  }

  body(piece: Buffer): void {
    this.bytes += piece.length;
    if (this.bytes > this.maxBytes) throw new Error(`an answer of more than ${this.maxBytes} bytes`);
    (this.status === 200 ? this.open[0]?.sieve : this.refusal)?.write(piece);
  }

  end(isLast: boolean): void {
    const [question] = this.open;
    if (this.status === 200) question?.resolve(question.sieve.end());
    else {
      const text = this.refusal.end().trim().slice(0, 200);
      question?.reject(new OtherStatus(`it answered ${this.status}: ${text}`));
    }
    this.open.shift();
    this.underWay -= 1;
    this.sendSoon();
    if (isLast) this.connection.destroy();
  }

  private over(): void {
    this.answers.close();
    this.fail(new Error(closed));
  }

  /** What comes after an answer that was not understood belongs to nobody knows which question. */
  private fail(error: Error): void {
    for (const { reject } of this.open.splice(0)) reject(error);
    this.unsent.length = 0;
    this.connection.destroy();
  }
}

const closed = 'the connection was closed';
