/** What a person accepted is on record with its number before it happens: after a crash nobody could count it any more. */
import { acceptedLoss, lossesOf, type Loss } from '../accepted-loss';
import { act } from '../decision';
import type { ReleaseRecord } from '../record';
import { cutOff, leaving } from './remove';
import type { Rule, Situation } from './situation';

export const noteLoss: Rule = (situation) => {
  const { record } = situation;
  const losses = leaving(situation).flatMap((version) => newLoss(version, situation) ?? []);
  if (losses.length === 0) return undefined;
  const others = (record.accepted ?? []).filter((one) => !losses.some((loss) => isSameLoss(one, loss)));
  return act({ kind: 'write-record', record: { ...record, accepted: [...others, ...losses] } }, ...losses.map(cutOff));
};

/** More than is on record of it. Requests that have ended since then were counted once, and that stays. */
function newLoss(version: string, situation: Situation): Loss | undefined {
  if (situation.seen.workloads[version]?.isGone) return undefined;
  const loss = acceptedLoss(version, situation);
  const noted = lossesOf(situation.record).find((one) => one.version === version);
  return loss && loss.inFlight > (noted?.inFlight ?? 0) ? loss : undefined;
}

function isSameLoss(one: NonNullable<ReleaseRecord['accepted']>[number], { version }: Loss): boolean {
  return one.code === 'accept-loss' && one.version === version;
}
