/** What other people do beside the route: to subsets, to versions, by VirtualServices and webhooks of their own. */
import type { ApiServer } from './api-server';
import type { Accident } from './scenario';
import type { Simulation } from './simulation';
import type { Workloads } from './workloads';

type ForeignObject = Extract<
  Accident,
  {
    kind:
      | 'foreign-catch-all'
      | 'foreign-name'
      | 'foreign-repoint'
      | 'foreign-subsets'
      | 'foreign-version'
      | 'foreign-webhook';
  }
>;

/** The parts of the world that others change. */
interface Shared {
  readonly simulation: Simulation;
  readonly api: ApiServer;
  readonly workloads: Pick<Workloads, 'copy'>;
}

/** Of the version that a colleague prepares: no release may touch it. */
export const preparedVersion = 'v9';

export function foreignObject({ api, simulation, workloads }: Shared, accident: ForeignObject): void {
  switch (accident.kind) {
    case 'foreign-subsets':
      return api.keepSubsets(accident.versions);
    case 'foreign-repoint':
      return api.repoint(accident.subset, accident.version, 'foreign');
    case 'foreign-version':
      return workloads.copy(preparedVersion);
    case 'foreign-catch-all':
      api.shadowBy(accident.version);
      return void simulation.after(accident.forMs, () => api.shadowBy(undefined));
    case 'foreign-name':
      api.nameElsewhere(accident.version);
      return void simulation.after(accident.forMs, () => api.nameElsewhere(undefined));
    case 'foreign-webhook':
      return api.mutate();
  }
}
