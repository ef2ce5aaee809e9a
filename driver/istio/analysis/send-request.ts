/** One request of an analysis, on a connection of its own, and what became of it. Never sent twice. */
import { request } from 'node:http';

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** The Host header: the name that clients of the release use. */
  readonly hostHeader: string;
}

export type Answer =
  /** `version` is what the header x-version says; undefined when a proxy answered, or a service without the header. */
  | { readonly kind: 'answered'; readonly status: number; readonly version: string | undefined }
  | { readonly kind: 'reset' | 'timeout' | 'refused'; readonly hadConnected: boolean }
  /** This machine's own trouble (no route, no socket left): it says nothing about the release. */
  | { readonly kind: 'not sent'; readonly cause: string };

/**
 * Ends by itself after `timeoutMs`. A new connection for each request: no answer depends on what an earlier one left
 * behind, and each is balanced anew over the gateway's pods.
 */
export function sendRequest(target: Target, timeoutMs: number, signal: AbortSignal): Promise<Answer> {
  const { host, port, path, hostHeader } = target;
  return new Promise((resolve) => {
    let hadConnected = false;
    const headers = { host: hostHeader, 'user-agent': 'handover-probe' };
    const sent = request({ host, port, path, headers, agent: false, signal }, (response) => {
      const version = response.headers['x-version']?.toString();
      response.resume();
      // Only a whole body is an answer: one that breaks off arrives as 'close' without 'complete'.
      response.once('close', () => {
        if (response.complete) finish({ kind: 'answered', status: response.statusCode ?? 0, version });
        else finish({ kind: 'reset', hadConnected });
      });
      response.on('error', () => undefined);
    });
    const timer = setTimeout(() => {
      finish({ kind: 'timeout', hadConnected });
      sent.destroy();
    }, timeoutMs);
    const finish = (answer: Answer) => {
      clearTimeout(timer);
      resolve(answer);
    };
    sent.once('socket', (socket) => socket.once('connect', () => (hadConnected = true)));
    sent.on('error', (error: NodeJS.ErrnoException) => finish(classify(error, hadConnected)));
    sent.end();
  });
}

/** After the connection stood, every failure is the other side's. */
function classify({ code = '', message }: NodeJS.ErrnoException, hadConnected: boolean): Answer {
  if (code === 'ABORT_ERR') return { kind: 'not sent', cause: 'interrupted' };
  if (code === 'ECONNREFUSED') return { kind: 'refused', hadConnected };
  if (code === 'ETIMEDOUT') return { kind: 'timeout', hadConnected };
  if (hadConnected || code === 'ECONNRESET') return { kind: 'reset', hadConnected };
  return { kind: 'not sent', cause: code || message };
}
