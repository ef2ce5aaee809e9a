/** Whether the API server can be reached from here, how, as whom, and whether its clock and ours agree. */
import { Refusal } from '../../../model';
import type { Reach, Way } from '../../kubernetes/reach';
import { whoAmI } from '../../kubernetes/who-am-i';
import { right, unknown, wrong, type Check } from './check';

const what = 'API server';
/** The header Date has whole seconds, and an answer takes a moment. */
const skewLimitMs = 5_000;

export interface Here {
  readonly nowMs: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The first is not right when nothing else can be asked. */
export async function checkWay(reach: Reach, here: Here): Promise<Check[]> {
  const { api, way } = reach;
  try {
    const { gitVersion } = await reach.refusing(() => api.get<{ gitVersion?: string }>('/version'));
    const nowMs = here.nowMs();
    const reached = right(what, `${describe(way)} answers, Kubernetes ${gitVersion ?? 'of an unknown version'}`);
    return [reached, ...(await checkIdentity(reach)), ...checkClock(api.serverMs, nowMs)];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [wrong(what, `${describe(way)}: ${error.found}`, [error.fix, ...unusedProxy(way, here)].join('; '))];
  }
}

function describe({ server, context, credentials, proxyUrl }: Way): string {
  const through = proxyUrl === undefined ? 'directly' : `through ${withoutPassword(proxyUrl)}`;
  return `${server} (context ${context}, by ${credentials}, ${through})`;
}

function withoutPassword(address: string): string {
  return address.replace(/\/\/[^@/]*@/, '//');
}

/** kubectl takes it from the environment, too, and so works where this does not. */
function unusedProxy({ context, proxyUrl }: Way, { environment }: Here): string[] {
  const variable = ['HTTPS_PROXY', 'https_proxy'].find((name) => environment[name]);
  if (variable === undefined || proxyUrl !== undefined) return [];
  const command = 'kubectl config set clusters.NAME.proxy-url ADDRESS';
  return [
    `${variable} is set, and handover takes proxies from the kubeconfig alone: ${command}, for the context ${context}`,
  ];
}

async function checkIdentity(reach: Reach): Promise<Check[]> {
  const name = await reach.refusing(() => whoAmI(reach.api));
  if (name !== undefined) return [right('identity', name)];
  const fix = 'use Kubernetes 1.28 or newer; until then the history has the user of the kubeconfig';
  return [unknown('identity', 'the API server does not say who this is', fix)];
}

function checkClock(serverMs: number, nowMs: number): Check[] {
  if (serverMs === 0) return [unknown('clock', 'the API server tells no time', 'see what stands before it')];
  const aheadMs = nowMs - serverMs;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (Math.abs(aheadMs) <= skewLimitMs) return [right('clock', 'as the API server has it')];
  const found = `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the API server`;
  return [wrong('clock', found, 'set it by NTP: times in the record and in the history would be wrong')];
}
