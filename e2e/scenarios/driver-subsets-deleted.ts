/** Somebody deletes the DestinationRule in mid-release. */
import { deletedInMidRelease } from '../support/deletion';
import type { Scenario } from '../support/scenario';

export const driverSubsetsDeleted: Scenario = {
  name: 'driver-subsets-deleted',
  claim: 'the DestinationRule, deleted at 50 %, is put back by itself, and the release completes; the lost are counted',
  limitSeconds: 300,
  onRequest: true,
  run: (trial) => deletedInMidRelease(trial, 'destinationrule'),
};
