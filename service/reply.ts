/** An answer as plain data. Only send.ts turns one into bytes, so that no answer misses what all of them must carry. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection cannot carry another request after this answer. */
  readonly closesConnection?: boolean;
}

export function text(status: number, body: string, contentType = 'text/plain; charset=utf-8'): Reply {
  return { status, contentType, body };
}

export function json(status: number, value: object): Reply {
  return { status, contentType: 'application/json', body: `${JSON.stringify(value)}\n` };
}

/** A refusal says why, and what would be accepted. */
export function refusal(status: number, reason: string): Reply {
  return json(status, { error: reason });
}

/** Thrown by a handler, or set as the reason for breaking off a request, to answer with a refusal. */
export class Refusal extends Error {
  constructor(readonly reply: Reply) {
    super(`refused with ${reply.status}`);
  }
}
