/**
 * Where a release stands, as lines for a terminal: its course, each version with its share and its pods, what it waits for, and
 * what is ahead. Drawn from what one look saw; nothing in it is guessed.
 */
import type { Release } from '../../../model';
import type { Decision, Wait } from '../decision';
import { lastWriteOf } from '../ended';
import { isSeen, type Observation } from '../observation';
import type { ReleaseRecord } from '../record';
import { describeDecision, describeWait } from '../words';
import { hintOf } from '../words/hints';
import { describeObstacles } from '../words/obstacles';
import type { Obstacle } from '../obstacle';
import type { SoFar } from '../tally';
import { aheadText } from './ahead';
import { courseLines, endLines, narrow } from './course';
import { proxyCells } from './proxy-cells';
import { versionLines } from './versions';
import { hintAfterMs } from '../../core/lasting';
import { spanText } from '../../core/span';
import { wrappedText } from '../../core/wrapped';

export interface Moment {
  readonly seen: Observation;
  /** Absent where somebody only looks. */
  readonly decision?: Decision;
  /** Since this picture is drawn. */
  readonly elapsedMs: number;
  /** Since what is waited for is the same. */
  readonly waitedMs: number;
  /** Undefined while no gateway has counted. */
  readonly counted?: SoFar | undefined;
}

/** `isDetailed`: with every proxy, every obstacle and the images. */
export function pictureOf(release: Release, moment: Moment, columns: number, isDetailed = false): string[] {
  const { seen } = moment;
  const record = seen.route?.record;
  const ended = lastWriteOf(seen);
  const ahead = record && aheadText(release, record, seen, moment.decision);
  const below = [
    ...waitTexts(moment, release, isDetailed),
    ...(ahead === undefined ? [] : [ahead]),
    ...(isDetailed ? details(seen) : []),
  ];
  return [
    '',
    ...headline(release, moment, record ?? ended, columns),
    ...(record ? courseLines(release, record, columns - 3, isDetailed) : []).map(indented),
    ...(ended ? endLines(ended, moment.decision?.kind === 'done', columns - 3) : []).map(indented),
    ...versionLines(columns < narrow && !isDetailed ? { seen } : moment, columns - 3).map(indented),
    ...below.flatMap((text) => wrappedText(text, columns - 3)).map(indented),
  ];
}

function indented(line: string): string {
  return `  ${line}`;
}

function headline(
  { name, namespace }: Release,
  { decision, elapsedMs }: Moment,
  record: ReleaseRecord | undefined,
  columns: number,
): string[] {
  const none = decision?.kind === 'act' ? 'a release begins' : 'no release is under way';
  const what = record ? `${record.stable} → ${record.canary}` : none;
  const service = `${name} in ${namespace}`;
  const whole = record?.mode === 'apply' ? service : `${service}  ${what}`;
  const right = spanText(elapsedMs);
  const fits = whole.length + 2 + right.length < columns;
  const [left, ...below] = fits ? [whole] : [service, ...wrappedText(what, columns - 3).map(indented)];
  return [`${left}${' '.repeat(Math.max(2, columns - 1 - left.length - right.length))}${right}`, ...below];
}

/** Names of slow proxies come only when it takes longer than usual: most waits are over before anybody can read them. */
const namedAfterMs = 1_000;

function waitTexts({ decision, seen, waitedMs }: Moment, service: Release, isDetailed: boolean): string[] {
  if (!decision || decision.kind === 'act') return [];
  if (decision.kind !== 'wait') return [describeDecision(decision)];
  const { wait, limitMs } = decision;
  const isLong = waitedMs >= namedAfterMs;
  const since = isLong && limitMs !== undefined ? `, for ${spanText(waitedMs)} of at most ${spanText(limitMs)}` : '';
  return [
    ...waitText(wait, seen, since),
    ...('obstacles' in wait ? obstacleTexts(wait.obstacles, isLong, isDetailed) : []),
    ...(waitedMs >= hintAfterMs ? [hintOf(wait, service)] : []),
  ];
}

function obstacleTexts(obstacles: readonly Obstacle[], isLong: boolean, isDetailed: boolean): string[] {
  const shown = isDetailed ? obstacles : obstacles.slice(0, isLong ? 1 : 0);
  return shown.map((obstacle) => describeObstacles([obstacle]));
}

function details({ evidence, proxies, workloads }: Observation): string[] {
  const images = Object.entries(workloads).map(([version, { image }]) => `${version} is ${image}`);
  return [...images, `proxies, by the evidence ${evidence}:`, ...proxies.map((proxy) => proxyCells(proxy).join('  '))];
}

function waitText(wait: Wait, { proxies }: Observation, since: string): string[] {
  if (!('obstacles' in wait)) return [`${describeWait(wait)}${since}`];
  const behind = wait.obstacles.map((obstacle) => ('proxy' in obstacle ? obstacle.proxy : ''));
  const ready = proxies.filter((proxy) => isSeen(proxy) && !behind.includes(proxy.name)).length;
  const what = wait.for === 'gate' ? 'are ready for the new route' : 'have the new route';
  return [`${ready} of ${proxies.length} proxies ${what}${since}`];
}
