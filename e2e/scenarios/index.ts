/** All scenarios, in the order in which they run: what is quick and breaks first comes first. */
import type { Scenario } from '../support/scenario';
import { acceptedManifests } from './accepted-manifests';
import { controlDeleteFirst } from './control-delete-first';
import { controlExitAtOnce } from './control-exit-at-once';
import { controlOneApply } from './control-one-apply';
import { editWeights } from './edit-weights';
import { subsetSequence } from './subset-sequence';

export const scenarios: readonly Scenario[] = [
  acceptedManifests,
  controlOneApply,
  controlDeleteFirst,
  controlExitAtOnce,
  subsetSequence,
  editWeights,
];
