/** `handover apply | plan | status | rollback` for the profile rolling-update. */
import { exitCodes, type Release } from '../../model';
import { endWith } from '../core/end-with';
import { printPlan } from '../core/plan-lines';
import { plainTable } from '../core/table';

import type { Io } from '../io';
import { defaults, gateLimitMs, type Options } from '../options';
import type { RollingCluster } from './cluster';
import { irreversible, type RollingOrder } from './decide';
import { driveRolling } from './drive';
import { foreseeRolling } from './plan';
import { previousOf, troubleOf, type ObservedReplicaSet, type RollingObservation } from './observation';
import { refuseReturn, rollingPreflight } from './preflight';
import { rollingTeller } from './report';

export async function applyRolling(io: Io, options: Options, release: Release): Promise<number> {
  if (options.dryRun) return planRolling(io, options, release);
  const cluster = await io.connectRolling(options);
  passPreflight(io, release, await cluster.observe(release));
  return carryOut(io, options, release, cluster, { kind: 'apply', onFailure: options.onFailure ?? 'hold' });
}

export async function rollbackRolling(io: Io, options: Options, release: Release): Promise<number> {
  const cluster = await io.connectRolling(options);
  const seen = await cluster.observe(release);
  const previous = previousOf(seen);
  refuseReturn(previous, previous && irreversible(previous));
  const order: RollingOrder = { kind: 'return', replicaSet: previous?.name ?? '' };
  if (options.dryRun) return printPlan(io.out, foreseeRolling(release, order, seen), options.json ?? false);
  const code = await carryOut(io, options, release, cluster, order);
  if (code === exitCodes.completed && !release.versions.some(({ name }) => name === previous?.version))
    io.err(`${options.file} does not say so yet: list ${previous?.version} there, or the next apply moves on again\n`);
  return code;
}

export async function planRolling(io: Io, options: Options, release: Release): Promise<number> {
  const cluster = await io.connectRolling(options);
  const seen = await cluster.observe(release);
  passPreflight(io, release, seen);
  return printPlan(io.out, foreseeRolling(release, { kind: 'apply', onFailure: 'hold' }, seen), options.json ?? false);
}

export async function statusRolling(io: Io, options: Options, release: Release): Promise<number> {
  const cluster = await io.connectRolling(options);
  const seen = await cluster.observe(release);
  io.out(options.json ? `${JSON.stringify(seen)}\n` : renderStatus(release, seen));
  return exitCodes.completed;
}

async function carryOut(
  io: Io,
  options: Options,
  release: Release,
  cluster: RollingCluster,
  order: RollingOrder,
): Promise<number> {
  const tell = rollingTeller(io, options.json ?? false);
  const { clock, holder, stop } = io;
  const limits = { pollMs: defaults.pollMs * 5, awayLimitMs: gateLimitMs(options) };
  const input = { release, order, cluster, clock, tell, holder, stop, ...limits };
  return endWith(io, await driveRolling(input), options.json);
}

/** All refusals at once; the cluster is as it was. Warnings do not stop anybody: the next pods may be the cure. */
function passPreflight(io: Io, release: Release, seen: RollingObservation): void {
  const { refusals, warnings } = rollingPreflight(release, seen);
  warnings.forEach((warning) => io.err(`warning: ${warning}\n`));
  refusals.forEach(({ message }) => io.err(`not so: ${message}\n`));
  if (refusals[0]) throw refusals[0];
}

function renderStatus(release: Release, seen: RollingObservation): string {
  const { deployment } = seen;
  if (!deployment) return `${release.name} is not installed in ${release.namespace}\n`;
  const trouble = troubleOf(seen);
  const head = `${release.name}: ${deployment.available} of ${deployment.wanted} pods available, ${deployment.updated} updated`;
  const changes = seen.objects.filter(({ change }) => change !== 'none').map(({ name }) => name);
  const lines = [
    deployment.isCurrent ? head : `${head}; the controller has not seen the newest specification`,
    ...(trouble ? [`trouble: ${trouble.text}`] : []),
    changes.length === 0 ? 'all objects are as the file says' : `not as the file says: ${changes.join(', ')}`,
    replicaSetTable(seen.replicaSets),
  ];
  return `${lines.join('\n')}\n`;
}

function replicaSetTable(replicaSets: readonly ObservedReplicaSet[]): string {
  const head = ['revision', 'version', 'available', 'ending', 'image', 'ReplicaSet'];
  const table = plainTable(head);
  for (const { revision, version, available, pods, image, name, isNewest } of replicaSets) {
    const ending = pods.filter(({ isEnding }) => isEnding).length;
    table.push([`${revision}${isNewest ? ' (newest)' : ''}`, version, available, ending, image, name]);
  }
  return table.toString();
}
