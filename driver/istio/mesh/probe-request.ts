/** One request of the driver to a gateway's pod, on a connection of its own: each may meet another thread of Envoy. */
import { Agent, request } from 'node:http';

export interface Probe {
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ProbeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Whether it had a body. */
  readonly hasBody: boolean;
}

export type SendProbe = (probe: Probe) => Promise<ProbeResponse>;

const timeoutMs = 2_000;

export const sendProbe: SendProbe = ({ address, port, path, headers }) =>
  new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: false });
    const signal = AbortSignal.timeout(timeoutMs);
    const failed = (error: Error) =>
      reject(new Error(signal.aborted ? `no answer to a probe within ${timeoutMs} ms` : error.message));
    const asked = request({ host: address, port, path, headers, agent, signal }, (response) => {
      let size = 0;
      response.on('data', (chunk: Buffer) => (size += chunk.length));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, hasBody: size > 0 }),
      );
      response.on('error', failed);
    });
    asked.on('error', failed).end();
  });
