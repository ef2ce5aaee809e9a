/** Somebody deletes the VirtualService in mid-release. */
import { deletedInMidRelease } from '../support/deletion';
import type { Scenario } from '../support/scenario';

export const driverRouteDeleted: Scenario = {
  name: 'driver-route-deleted',
  claim: 'the VirtualService, deleted at 50 %, is put back by itself, and the release completes; the lost are counted',
  limitSeconds: 300,
  run: (trial) => deletedInMidRelease(trial, 'virtualservice'),
};
