/** A release that is over, as one sentence. */
import { say } from '../../core/words';
import { isLoss } from '../accepted-loss';
import type { TurnReason } from '../record';
import type { PastRelease } from '../state';
import { describeLoss, turns } from './reasons';

export function describePast(past: PastRelease): string {
  const { mode, from, to, began, ended, outcome } = past;
  const what = mode === 'apply' ? 'an apply of the file' : `from ${from} to ${to}`;
  return `${what} ${words[outcome]} at ${ended}${began === undefined ? '' : `, begun at ${began}`}${detailsOf(past)}`;
}

function detailsOf({ cause, by, evidence, accepted }: PastRelease): string {
  const details = [
    ...(cause ? [say<TurnReason>(turns, cause)] : []),
    ...(by === undefined ? [] : [`begun by ${by}`]),
    ...(evidence.length > 0 ? [`steps by evidence: ${evidence.join(', ')}`] : []),
    ...(accepted.length > 0 ? [`accepted: ${accepted.map(describeAccepted).join(', ')}`] : []),
  ];
  return details.map((detail) => `; ${detail}`).join('');
}

/** The code of what another handover wrote. */
function describeAccepted(one: PastRelease['accepted'][number]): string {
  return isLoss(one) ? `${one.code} (${describeLoss(one)})` : one.code;
}

const words: Readonly<Record<PastRelease['outcome'], string>> = {
  completed: 'was completed',
  aborted: 'was aborted',
  superseded: 'lost its record before its end was seen, and was superseded',
};
