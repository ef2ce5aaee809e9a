/**
 * The load generator as a process of its own, so that what its parent does never delays a request. It gets its options as
 * JSON, reports progress and at last the summary, and stops when nobody listens any more.
 */
import { setPriority } from 'node:os';
import { channel } from './channel';
import { runLoad, type LoadOptions, type Progress } from './run-load';
import type { Summary } from './tally';

export type FromLoad = { readonly progress: Progress } | { readonly summary: Summary };

const progressIntervalMs = 200;

async function main(json: string | undefined): Promise<void> {
  if (!json) throw new Error('expected options as JSON: see e2e/support/load.ts');
  const load = runLoad(JSON.parse(json) as LoadOptions);
  const parent = channel<FromLoad>({ stop: () => load.stop(), orphaned: () => process.exit(1) });
  const timer = setInterval(() => parent.tell({ progress: load.progress() }), progressIntervalMs);
  // What is measured must not slow what measures it. Only root may; others measure as well as they can.
  if (process.getuid?.() === 0) setPriority(-10);
  // A terminal's Ctrl-C reaches children too; the parent decides when they end.
  process.on('SIGINT', () => {});
  const summary = await load.summary;
  clearInterval(timer);
  parent.tellLast({ summary });
}

void main(process.argv[2]);
