/**
 * In mid-release: does the file adopt what the release began with? A driver that takes the Deployment for no version, or another one
 * for it, would count no pod of it, and leave it paused at the end. An abort asks no file.
 */
import { findAdopted, Refusal, versionNames, type Release } from '../../model';
import type { Observation } from './observation';
import { releaseOf } from './recorded-release';
import type { Order } from './stages';

export function sameAdoption(release: Release, _order: Order, { route }: Observation): Refusal | undefined {
  const begun = route?.record && releaseOf(route.record);
  if (!begun) return undefined;
  const [before, now] = [begun, release].map(findAdopted);
  if (adoptionIn(before) === adoptionIn(now)) return undefined;
  // The end was written into the file, which lists it no more.
  if (before && !now && !versionNames(release).includes(before.name)) return undefined;
  const expected = `${adoptionIn(before)}, as when the release began`;
  const fix = 'put that back into the release file until the release has ended, or handover abort';
  return new Refusal('adoption-changed', expected, adoptionIn(now), fix);
}

function adoptionIn(adopted: ReturnType<typeof findAdopted>): string {
  return adopted ? `adopt: ${adopted.deployment} of ${adopted.name}` : 'no adopt';
}
