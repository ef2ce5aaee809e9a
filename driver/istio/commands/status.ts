/** `handover status`: one look, as a table or as JSON. Nothing is changed. */
import { exitCodes, weightOf, type Release } from '../../../model';
import { plainTable } from '../../core/table';
import type { Io } from '../../io';
import { noState, type Observation } from '../observation';
import { proxyCells } from '../picture/proxy-cells';
import { isNewer, newerRecord } from '../record';
import { readRelease, type Options } from '../../options';
import { publicPast, publicState } from '../public-events';
import { describePast } from '../words';
import { describeState } from '../words/state';
import { connectTo, withAllThatIsThere } from './drive-release';
import { historyOf } from './history';
import { serviceNamed, steeredRelease } from './steered-release';
import { watch } from './watch';

export async function statusCommand(io: Io, options: Options, name: string): Promise<number> {
  if (options.history) return history(io, options, name);
  const { release, cluster } = await shownRelease(io, options, name);
  if (options.watch) return watch(io, options, release, cluster);
  const seen = await cluster.observe(release, { evidence: options.evidence, inFlightOf: [] });
  io.out(options.json ? `${JSON.stringify(publicState(seen, release))}\n` : render(release, seen));
  return exitCodes.completed;
}

/** The newest release first. With a name it needs neither a file nor a release that is under way. */
async function history(io: Io, options: Options, name: string): Promise<number> {
  const service = name === '' ? readRelease(io, options) : serviceNamed(options, name);
  const newestFirst = [...(await historyOf(await connectTo(io, options), service))].reverse();
  const lines = newestFirst.map((each) => `${describePast(each)}\n`).join('');
  const text = lines || `no release of ${service.name} has ended\n`;
  io.out(options.json ? `${JSON.stringify(newestFirst.map(publicPast))}\n` : text);
  return exitCodes.completed;
}

/** Of the file, without a synth; or by a name, while a release is on record. */
async function shownRelease(io: Io, options: Options, name: string) {
  if (name !== '') return steeredRelease(io, options, name);
  const cluster = await connectTo(io, options);
  return { release: await withAllThatIsThere(cluster, readRelease(io, options)), cluster };
}

function render(release: Release, seen: Observation): string {
  return [headline(release, seen), lastRelease(seen), versionTable(seen), proxyTable(seen), ''].join('\n');
}

/** With what the steps so far rest on. */
function headline(release: Release, seen: Observation): string {
  const { record } = seen.route ?? {};
  if (record && isNewer(record)) return `${release.name}: ${newerRecord(record).message}`;
  const { evidence = [] } = record ?? {};
  const rests = evidence.length > 0 ? `; steps so far by evidence: ${evidence.join(', ')}` : '';
  return `${describeState(seen, release)}${rests}`;
}

function lastRelease({ state: { history: past, unreadable } = noState }: Observation): string {
  if (unreadable !== undefined) return `the history cannot be read: ${unreadable}`;
  const last = past.at(-1);
  return last ? `last release: ${describePast(last)}` : 'last release: none has ended';
}

function versionTable({ route, workloads, subsets }: Observation): string {
  const table = plainTable(['version', 'weight', 'pods', 'subset', 'image', 'trouble']);
  for (const [version, workload] of Object.entries(workloads)) {
    const subset = subsets?.versions.includes(version) ? 'yes' : 'no';
    const pods = `${workload.available}/${workload.desired}`;
    table.push([version, weightOf(route?.split ?? {}, version), pods, subset, workload.image, workload.trouble ?? '']);
  }
  return table.toString();
}

function proxyTable({ proxies }: Observation): string {
  const table = plainTable(['proxy', 'routes by', 'clusters']);
  for (const proxy of proxies) table.push([...proxyCells(proxy)]);
  return table.toString();
}
