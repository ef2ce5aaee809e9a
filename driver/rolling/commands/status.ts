/** `handover status` for the profile rolling-update: one look, as a table or as JSON. Nothing is changed. */
import { exitCodes, type Release } from '../../../model';
import { plainTable } from '../../core/table';
import type { Io } from '../../io';
import type { Options } from '../../options';
import { troubleOf, type Observation, type ObservedDeployment } from '../observation';
import { publicState, type PublicState } from '../public-events';
import { wantedBy } from '../read-wanted';

export async function statusRolling(io: Io, options: Options, release: Release): Promise<number> {
  const cluster = await io.connectRolling(options);
  const seen = await cluster.observe(await wantedBy(io, options, release));
  io.out(options.json ? `${JSON.stringify(publicState(seen))}\n` : render(release, seen));
  return exitCodes.completed;
}

function render(release: Release, seen: Observation): string {
  const { deployment } = seen;
  if (!deployment) return `${release.name} is not installed in ${release.namespace}\n`;
  const trouble = troubleOf(seen);
  const changes = seen.objects.filter(({ change }) => change !== 'none').map(({ name }) => name);
  const lines = [
    headline(release, deployment),
    ...(trouble ? [`trouble: ${trouble.text}`] : []),
    changes.length === 0 ? 'all objects are as the file says' : `not as the file says: ${changes.join(', ')}`,
    replicaSetTable(publicState(seen)),
  ];
  return `${lines.join('\n')}\n`;
}

function headline({ name }: Release, { available, wanted, updated, isCurrent }: ObservedDeployment): string {
  const counts = `${name}: ${available} of ${wanted} pods available, ${updated} updated`;
  return isCurrent ? counts : `${counts}; the controller has not seen the newest specification`;
}

function replicaSetTable({ replicaSets }: PublicState): string {
  const table = plainTable(['revision', 'version', 'available', 'ending', 'image', 'ReplicaSet']);
  for (const { revision, version, available, ending, image, name, isNewest } of replicaSets)
    table.push([`${revision}${isNewest ? ' (newest)' : ''}`, version, available, ending, image, name]);
  return table.toString();
}
