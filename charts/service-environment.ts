/** Environment variables for the service: its timings come from the same budget as the pod's. */
import {
  hardStopSeconds,
  minimumDrainSeconds,
  retirementSeconds,
  type Release,
  type ServiceVariable,
  type Version,
} from '../model';

export function serviceEnvironment(release: Release, version: Version): Readonly<Record<ServiceVariable, string>> {
  const { timings } = release;
  const retirement = retirementSeconds(release);
  return {
    PORT: String(release.port),
    VERSION: version.name,
    LONGEST_TASK_MS: milliseconds(timings.longestRequestSeconds),
    MINIMUM_DRAIN_MS: milliseconds(minimumDrainSeconds(timings)),
    RETIREMENT_MS: milliseconds(retirement),
    HARD_STOP_MS: milliseconds(hardStopSeconds(timings, retirement)),
    KEEP_ALIVE_MS: milliseconds(timings.keepAliveSeconds),
    PRESTOP_MS: milliseconds(timings.shutdownDelaySeconds),
  };
}

function milliseconds(seconds: number): string {
  return String(seconds * 1000);
}
