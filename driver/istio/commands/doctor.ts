/** `handover doctor`: what would stand in the way of a release, before there is one. Nothing is changed. */
import { existsSync } from 'node:fs';
import { exitCodes, Refusal, type Release } from '../../../model';
import type { Io } from '../../io';
import { readRelease, type Options } from '../../options';
import { checkLine, unknown, type Check } from '../doctor/check';
import { checkClusters } from '../doctor/clusters';
import { checkMesh } from '../doctor/mesh';
import { checkProxies, routed, type Routed } from '../doctor/proxies';
import { checkRights } from '../doctor/rights';
import { checkService } from '../doctor/service';
import { checkWay } from '../doctor/way';
import type { Examination } from '../kubernetes/examination';

/** 0 only when every check is right: what cannot be told is no yes. */
export async function doctorCommand(io: Io, options: Options): Promise<number> {
  const release = existsSync(options.file) ? readRelease(io, options) : undefined;
  const examination = io.examine({ kubeconfig: options.kubeconfig, context: options.context });
  try {
    const checks = await examine(io, examination, release, options.file);
    io.out(options.json ? `${JSON.stringify(checks)}\n` : checks.map(checkLine).join(''));
    return checks.every(({ verdict }) => verdict === 'right') ? exitCodes.completed : exitCodes.failed;
  } finally {
    examination.close();
  }
}

async function examine(io: Io, cluster: Examination, release: Release | undefined, file: string): Promise<Check[]> {
  const way = await checkWay(cluster, { nowMs: () => io.clock.nowMs(), environment: io.environment });
  if (way[0]?.verdict !== 'right') return way;
  if (!release)
    return [
      ...way,
      unknown('release', `no release file at ${file}`, 'name it with --file: rights and proxies depend on it'),
    ];
  const { api, askProxy, askPod } = cluster;
  const checks = [...way];
  const add = async (what: string, check: () => Promise<Check[]>) => {
    checks.push(...(await cluster.refusing(check).catch(untold(what))));
  };
  if (release.profile !== 'istio') {
    await add('rights', () => checkRights(api, release));
    return checks;
  }
  // A route that cannot be read is among the rights that are missing.
  const seen = await routed(api, release).catch((): Routed => ({ release, route: undefined }));
  await add('rights', () => checkRights(api, seen.release));
  await add('Istio', () => checkMesh(api, release));
  if (!seen.route) await add('Service', () => checkService(api, release));
  await add('proxies', () => checkProxies(api, askProxy, seen));
  await add('several clusters', () => checkClusters(api, askPod, seen));
  return checks;
}

/** One check that fails says nothing about the others. */
function untold(what: string): (error: unknown) => Check[] {
  return (error) => {
    if (!(error instanceof Refusal)) throw error;
    return [unknown(what, `${error.expected}: ${error.found}`, error.fix)];
  };
}
