/** `handover rehearse [VERSION]`: the plan of the file in simulated worlds. No cluster is needed, and none is touched. */
import { exitCodes } from '../../../model';
import type { Event, EventSink } from '../events';
import type { Wait } from '../decision';
import { describeAction, describeDecision } from '../words';
import { plainTable } from '../../core/table';
import type { Io } from '../../io';
import { readRelease, type Options } from '../../options';
import {
  rehearsalOf,
  rehearse,
  rehearseNaively,
  worlds,
  type Rehearsal,
  type Rehearsed,
} from '../simulation/rehearsal';
import { consequencesMs, naiveOrders } from '../simulation/naive-orders';

/** Any seed tells the same story; a fixed one tells the same numbers twice. */
const seed = 1;

export async function rehearseCommand(io: Io, options: Options, version: string | undefined): Promise<number> {
  const rehearsal = rehearsalOf(readRelease(io, options), version);
  const rows: Rehearsed[] = [];
  let isClean = true;
  for (const [index, world] of worlds.entries()) {
    const tell = index === 0 && !options.json ? timeline(io) : () => undefined;
    const own = await rehearse(rehearsal, world, tell, seed);
    isClean &&= own.ending.outcome === 'completed' && own.lost.length === 0;
    rows.push(own, ...(await rehearseNaively(rehearsal, world, seed)));
  }
  io.out(options.json ? `${JSON.stringify(rows)}\n` : `\n${tableOf(rehearsal, rows)}\n${legend}`);
  return isClean ? exitCodes.completed : exitCodes.failed;
}

/** Each decision once: the same one is made on every look until something changes. */
function timeline(io: Io): EventSink {
  let last = '';
  return (event) => {
    const text = timelineText(event);
    if (event.event !== 'decided' || text === '' || text === last) return;
    last = text;
    io.out(`${(event.seen.atMs / 1000).toFixed(1).padStart(6)} s  ${text}\n`);
  };
}

function timelineText(event: Event): string {
  if (event.event !== 'decided') return '';
  const { decision } = event;
  if (decision.kind === 'wait' && countsDown(decision.wait)) return '';
  return decision.kind === 'act' ? describeAction(decision.action) : describeDecision(decision);
}

/** The write before it says that a pause or a drain begins; its countdown would fill the timeline. */
function countsDown(wait: Wait): boolean {
  if (wait.for === 'pause') return wait.remainingSeconds !== 'until promoted';
  return wait.for === 'drain' && wait.until.code === 'window';
}

function tableOf({ stable, canary }: Rehearsal, rows: readonly Rehearsed[]): string {
  const table = plainTable(['in simulation', 'requests', 'lost', 'by cause', 'seconds']);
  for (const world of worlds) {
    table.push([{ colSpan: 5, content: `${world.name}, ${stable} to ${canary}` }]);
    for (const row of rows.filter((candidate) => candidate.world === world.name)) {
      table.push([row.order, row.requests, row.lost.length, causesOf(row), row.seconds.toFixed(1)]);
    }
  }
  return table.toString();
}

/** Envoy's flags as in its access log; the last is a request in hand, which Envoy may also finish. */
const legend = `
requests: 100 a second from the first write on, and for ${consequencesMs / 1000} s after the last, none sent twice
seconds:  from the first write to the last; pauses of the file are left out
causes:   NC no cluster of that name yet or any more; UH a cluster without healthy endpoint; UF the pod refuses;
          UC the pod ended with the request in hand; cluster removed: with the request in hand
orders:
${naiveOrders.map(({ name, what }) => `  ${name}: ${what}`).join('\n')}
`;

function causesOf({ lost }: Rehearsed): string {
  const counts = new Map<string, number>();
  for (const { cause } of lost) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  return [...counts].map(([cause, count]) => `${count} ${cause}`).join(', ');
}
