/** The first write to routes of another owner: they are shown how these change, and a person accepts it. */
import { adoptedVersion, Refusal, type Release } from '../../../model';
import type { Io } from '../../io';
import type { Options } from '../../options';
import type { Cluster } from '../cluster';
import { lookAt } from './drive-release';

/** Throws a Refusal with the difference, unless it was accepted with --adopt. Of a release under way it was. */
export async function refuseTakeOver(io: Io, options: Options, release: Release, cluster: Cluster): Promise<void> {
  const version = adoptedVersion(release);
  if (version === undefined) return;
  const { route, subsets } = await lookAt(io, options, cluster, release);
  if (!route?.whole || route.record) return;
  refuseProbes(options);
  if (options.adopt) return;
  const { name } = release;
  const lines = [
    ...(subsets ? [] : [`DestinationRule/${name}: expected one with the subset ${version}, found none`]),
    ...(route.whole.change?.fields ?? []),
  ];
  const expected = `your word for the change that takes ${version} over: it moves no request to another pod`;
  const fix = 'look at each line; then the same command with --adopt';
  throw new Refusal('take-over', expected, lines.map((line) => `\n  ${line}`).join(''), fix);
}

/** A gateway is probed by routes of a release, and here there are none yet. */
function refuseProbes({ evidence }: Options): void {
  if (evidence !== 'probe') return;
  const fix = 'take the service over with --evidence proxy: handover apply --adopt';
  throw new Refusal('take-over', 'proxies that are read, while routes name no subset yet', '--evidence probe', fix);
}
