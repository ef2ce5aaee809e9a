/** The first write to routes of another owner: a person is shown each line that changes, and accepts it. */
import { specOf, type ServiceShape } from '../../../manifests';
import { adoptedVersion, findAdopted, Refusal, type Release } from '../../../model';
import type { Options } from '../../options';
import { objectsAlone } from '../cluster';
import type { ObservedSubsets } from '../observation';
import type { Target } from './drive-release';

/** Throws a Refusal with the difference, unless it was accepted with --adopt. Of a release under way it was. */
export async function refuseTakeOver(
  options: Options,
  { release, cluster, carried }: Target & { readonly release: Release },
): Promise<void> {
  const version = adoptedVersion(release);
  if (version === undefined) return;
  const { route, subsets } = await cluster.observe(release, objectsAlone);
  if (!route?.whole || route.record) return;
  refuseProbes(options);
  if (options.adopt) return;
  const lines = [
    ...linesOfRule(subsets, `DestinationRule/${release.name}`, version, carried),
    ...(route.whole.change?.fields ?? []),
    `Deployment/${findAdopted(release)?.deployment} spec.paused: true while another version runs beside it, so that it scales and does not roll; afterwards as before`,
  ];
  const expected = `that you accept the lines below, which make ${version} a version; no request moves to another pod`;
  const fix = 'read each line, then run the same command with --adopt';
  throw new Refusal('take-over', expected, lines.map((line) => `\n  ${line}`).join(''), fix);
}

/** A traffic policy holds for all requests to the Service, whatever routes name: at once where there was no DestinationRule. */
function linesOfRule(subsets: ObservedSubsets | undefined, rule: string, version: string, carried?: ServiceShape) {
  if (subsets) return subsets.change ?? [];
  const { trafficPolicy: policy } = carried ? specOf(carried.destinationRule) : {};
  return [
    `${rule}: expected one with the subset ${version}, found none`,
    ...(policy === undefined ? [] : [`${rule} spec.trafficPolicy: expected ${JSON.stringify(policy)}, found nothing`]),
  ];
}

/** A gateway is probed by routes of a release, and here there are none yet. */
function refuseProbes({ evidence }: Options): void {
  if (evidence !== 'probe') return;
  const fix = 'take the service over with --evidence proxy: handover apply --adopt';
  throw new Refusal('take-over', '--evidence proxy, as there are no routes to probe yet', '--evidence probe', fix);
}
