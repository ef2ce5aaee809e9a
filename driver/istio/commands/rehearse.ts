/** `handover rehearse [VERSION]`: the plan of the file in simulated worlds. No cluster is needed, and none is touched. */
import { exitCodes, type Release } from '../../../model';
import type { Event, EventSink } from '../events';
import type { Wait } from '../decision';
import { describeAction, describeDecision } from '../words';
import { rehearsalPage } from '../html/rehearsal';
import { refuseUnwritableReport, writePage } from '../html/write-report';
import type { Io } from '../../io';
import { assumeAfterMs, readRelease, refuseUncounted, refuseUnprobed, type Options } from '../../options';
import { isClean, rehearsalOf, rehearse, worlds, type Evidence, type Rehearsed } from '../simulation/rehearsal';
import { rehearsalTable } from './rehearsal-table';

/** Any seed tells the same story; a fixed one tells the same numbers twice. */
const seed = 1;

export async function rehearseCommand(io: Io, options: Options, version: string | undefined): Promise<number> {
  const release = readRelease(io, options);
  const evidence = evidenceOf(release, options);
  refuseUnwritableReport(options.report);
  const rehearsal = rehearsalOf(release, version);
  const rows: Rehearsed[] = [];
  for (const [index, world] of worlds.entries()) {
    const emit = index === 0 && !options.json ? timeline(io) : () => undefined;
    rows.push(...(await rehearse(rehearsal, world, { evidence, emit, seed })));
  }
  io.out(options.json ? `${JSON.stringify(rows)}\n` : `\n${rehearsalTable(rehearsal, rows, io.columns)}`);
  if (options.report !== undefined) writePage(io.err, options.report, () => rehearsalPage(rehearsal, rows));
  return rows.every(isClean) ? exitCodes.completed : exitCodes.failed;
}

/** Throws a Refusal for evidence that this service cannot have, as `run` does. */
function evidenceOf(release: Release, options: Options): Evidence {
  refuseUnprobed(release, options);
  refuseUncounted(release, options);
  return { grade: options.evidence, assumeAfterMs: assumeAfterMs(options) };
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
