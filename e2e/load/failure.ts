/** Names failures: an error of a connection, or an answer that is not the service's. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ErrorKind, Outcome } from './outcome';

type Failure = Pick<Outcome, 'error' | 'detail'>;

const kinds: Readonly<Record<string, ErrorKind>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
};

export function failureOf(error: Error, reusedConnection: boolean, headSeen: boolean): Failure {
  const code = (error as NodeJS.ErrnoException).code ?? error.message;
  const kind = kinds[code] ?? 'other';
  if (kind !== 'reset') return { error: kind, detail: code };
  if (headSeen) return { error: 'truncated', detail: code };
  return { error: reusedConnection ? 'reset-reused' : 'reset', detail: code };
}

/** The texts of Envoy's own answers, and the response flags that its access log has for them. */
const envoyTexts: readonly (readonly [RegExp, string])[] = [
  [/^no healthy upstream/, 'UH'],
  [/reset reason: (remote )?connection failure/, 'UF'],
  [/reset reason: connection timeout/, 'UF'],
  [/reset reason: connection termination/, 'UC'],
  [/reset reason: remote reset/, 'UR'],
  [/reset reason: overflow/, 'UO'],
  [/^upstream request timeout/, 'UT'],
];

/**
 * Who gave an answer other than 200, as far as it can be told from outside. Envoy answers for a cluster that it does not
 * know (NC) with an empty body; an answer that came from behind the gateway has the time which that took.
 */
export function originOf(status: number, headers: IncomingHttpHeaders, body: string): string | null {
  if (headers['x-version'] !== undefined) return 'from the service';
  const behind = headers['x-envoy-upstream-service-time'] === undefined ? '' : 'behind the gateway: ';
  const flag = envoyTexts.find(([text]) => text.test(body))?.[1];
  if (flag) return behind + flag;
  if (body !== '') return behind + JSON.stringify(body.slice(0, 80));
  return status === 503 && !behind ? 'NC' : behind ? 'behind the gateway' : null;
}
