/**
 * The hook that the kubelet runs before it sends SIGTERM. While it runs, the pod goes on serving: a proxy that has not
 * heard of the deletion yet still sends requests to it.
 */
import { preStopPath, type Release } from '../model';
import { httpPortName } from './ports';

export type PreStopHook =
  | { readonly sleep: { readonly seconds: number } }
  | { readonly exec: { readonly command: readonly string[] } }
  | { readonly httpGet: { readonly path: string; readonly port: string } };

export function preStopHook({ preStop, timings }: Release): PreStopHook {
  const seconds = timings.shutdownDelaySeconds;
  switch (preStop) {
    case 'sleep':
      return { sleep: { seconds } };
    case 'exec':
      // Not `sleep`: an image without a shell has no such program either.
      return { exec: { command: ['node', '-e', `setTimeout(() => {}, ${seconds * 1000})`] } };
    case 'httpGet':
      return { httpGet: { path: preStopPath, port: httpPortName } };
  }
}
