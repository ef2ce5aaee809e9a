/**
 * The load generator as a process of its own, so that what its parent does never delays a request. The parent forks it
 * with the options as JSON; it reports progress and at last the summary. Without a parent it stops.
 */
import { setPriority } from 'node:os';
import { runLoad, type LoadOptions, type Progress } from './run-load';
import type { Summary } from './tally';

export type FromLoad = { readonly progress: Progress } | { readonly summary: Summary };
export type ToLoad = 'stop';

const progressIntervalMs = 200;

async function main(json: string | undefined): Promise<void> {
  if (!json || !process.send) throw new Error('expected to be forked with options as JSON: see e2e/support/load.ts');
  const tell = (message: FromLoad) => process.send?.(message);
  const load = runLoad(JSON.parse(json) as LoadOptions);
  const timer = setInterval(() => tell({ progress: load.progress() }), progressIntervalMs);
  const orphaned = () => process.exit(1);
  process.on('message', (_: ToLoad) => load.stop());
  process.on('disconnect', orphaned);
  // What is measured must not slow what measures it. Only root may; others measure as well as they can.
  if (process.getuid?.() === 0) setPriority(-10);
  // A terminal's Ctrl-C reaches children too; the parent decides when they end.
  process.on('SIGINT', () => {});
  const summary = await load.summary;
  clearInterval(timer);
  process.off('disconnect', orphaned);
  process.send({ summary } satisfies FromLoad, undefined, undefined, () => process.disconnect());
}

void main(process.argv[2]);
