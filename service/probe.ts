/**
 * `service.js probe /readyz`: an exec probe for images without a shell, and for meshes whose mutual TLS keeps the
 * kubelet's own HTTP probes out.
 */
import { get } from 'node:http';

const probeTimeoutMs = 2000;

/** Undefined if the path answers 2xx on the loopback address, otherwise what went wrong. */
export function probe(port: number, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      resolve(status >= 200 && status < 300 ? undefined : `${path} answered ${status}`);
    });
    request.setTimeout(probeTimeoutMs, () => request.destroy(new Error(`no answer within ${probeTimeoutMs} ms`)));
    request.once('error', (error) => resolve(`${path}: ${error.message}`));
  });
}
