/** Endpoints that hurt the process on purpose, for exercises. Anyone who can reach the service can call them. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { json, refusal } from '../reply';
import type { Handler, Route } from '../router';
import { wholeNumber } from './whole-number';

const mebibyte = 1024 * 1024;
const largestLeakMb = 1024;
const largestChunkMb = 64;
const defaultChunkMb = 16;

export function dangerousRoutes(isEnabled: boolean, shutDown: () => void): Route[] {
  const dangerous = (path: string, get: Handler): Route => ({
    path,
    kind: 'application',
    get: isEnabled ? get : () => refusal(403, `${path} is off; DANGEROUS_ENDPOINTS=on enables it`),
  });
  return [
    dangerous('/k8s/shutdown', () => {
      shutDown();
      return json(202, { phase: 'draining' });
    }),
    dangerous('/k8s/memoryleak', memoryLeak()),
    dangerous('/k8s/fullgc', () => {
      const beforeBytes = process.memoryUsage().heapUsed;
      collectGarbage();
      return json(200, { beforeBytes, afterBytes: process.memoryUsage().heapUsed });
    }),
  ];
}

/** Bounded, so that a forgotten loop ends in refusals and not in a node under memory pressure. */
function memoryLeak(): Handler {
  const held: Buffer[] = [];
  let heldMb = 0;
  return ({ query }) => {
    const chunkMb = wholeNumber(query, 'mb', defaultChunkMb, largestChunkMb);
    if (heldMb + chunkMb > largestLeakMb) return refusal(409, `${heldMb} of at most ${largestLeakMb} MiB are held`);
    // Filled with ones: pages of zeros are not resident until they are written.
    held.push(Buffer.alloc(chunkMb * mebibyte, 1));
    heldMb += chunkMb;
    return json(200, { heldMb });
  };
}

/** V8 hides its collector behind a flag, which takes effect in contexts made after it was set. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
}
