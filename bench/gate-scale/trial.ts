/** One size: a world, the whole driver over it, and what its first write of the route came to. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { exitCodes, serviceHost, type Manifest, type ReleaseFileInput } from '../../model';
import { Driver, type DriverEvent } from '../../e2e/support/driver';
import { editRelease, shippedRelease } from '../../e2e/support/release-text';
import { synth } from '../../e2e/support/synth';
import { cpuSecondsOf, UsageOf, type Usage } from '../usage';
import { waitsAfter, type Wait } from '../waits';
import type { Delays } from './arrivals';
import { releasedPort, type MeshShape } from './mesh-shape';
import type { Traffic } from './traffic';
import type { Seen, WorldSpec } from './world';

export interface Wish {
  readonly gateways: number;
  readonly sidecars: number;
  readonly mesh: MeshShape;
  readonly delays: Delays;
  readonly seed: number;
  readonly mostPerSecond: number;
  /** A file for the profile of the driver's processor time; empty: none. */
  readonly profile: string;
}

/** The usage is that of the whole command. */
export interface Result extends Wish, Usage {
  /** Until the last Envoy had the write of the weights; by the world's own knowledge. */
  readonly propagationMs: number;
  /** From then until the driver had seen it: for each write of the route, in their order. */
  readonly beyondMs: readonly number[];
  /** Of the driver, between the write and its having seen it everywhere. */
  readonly gateCpuSeconds: number;
  /** Of the simulated API server and its pods, which share the processors with the driver. */
  readonly worldCpuSeconds: number;
  /** Between the write and the driver's having seen it everywhere. */
  readonly traffic: Traffic;
  /** Of the whole command. */
  readonly wholeTraffic: Traffic;
}

export const worldOption = '--gate-scale-world';

const name = 'demo';
const namespace = 'handover-demo';
const podsPerVersion = 2;
const limitSeconds = 900;

export async function measure(wish: Wish, world: string): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'handover-gate-scale-'));
  const child = fork(world, [worldOption]);
  try {
    return await measureIn(folder, child, wish);
  } finally {
    child.disconnect();
    rmSync(folder, { recursive: true });
  }
}

async function measureIn(folder: string, child: ChildProcess, wish: Wish): Promise<Result> {
  const installed = await synthesized(join(folder, 'v1'), wish, { v1: 100 });
  const wanted = await synthesized(join(folder, 'v2'), wish, { v2: 100 });
  const { address } = await answerOf<{ address: string }>(child, specOf(wish, installed.manifests));
  const usage = new UsageOf('handover.js', folder, wish.profile);
  const driver = new Driver({
    args: ['apply', '--no-write-back', '--manifests', wanted.dist],
    file: wanted.file,
    kubeconfig: kubeconfigFor(address, folder),
    env: usage.env,
  });
  const cpuAt = cpuByEvent(driver);
  await driver.expectExit(exitCodes.completed, limitSeconds).finally(() => driver.kill());
  const gates = waitsAfter(driver, 'write the route');
  const moved = gates.find(({ written }) => written.what?.includes('v2'));
  if (!moved) throw new Error('expected the driver to write weights and to see them, and it did not');
  const { writtenAtMs, passedAtMs, written, passed } = moved;
  const { traffic, arrivals, cpuSeconds } = await answerOf<Seen>(child, { between: [writtenAtMs, passedAtMs] });
  const whole = await answerOf<Seen>(child, { between: [0, Date.now()] });
  const write = arrivalsOf(moved, arrivals);
  return {
    ...wish,
    propagationMs: write.lastMs - write.atMs,
    beyondMs: gates.map((gate) => gate.passedAtMs - arrivalsOf(gate, arrivals).lastMs),
    ...usage.read(),
    traffic,
    worldCpuSeconds: cpuSeconds,
    wholeTraffic: whole.traffic,
    gateCpuSeconds: (cpuAt.get(passed) ?? NaN) - (cpuAt.get(written) ?? NaN),
  };
}

/** The driver tells a write when the API server has it. */
function arrivalsOf({ writtenAtMs }: Wait, arrivals: Seen['arrivals']): Seen['arrivals'][number] {
  const write = arrivals.findLast(({ atMs }) => atMs <= writtenAtMs);
  if (!write) throw new Error('expected the write to have come to the API server before the driver told it');
  return write;
}

/** How much processor time the driver had used when it told an event. */
function cpuByEvent(driver: Driver): ReadonlyMap<DriverEvent, number> {
  const cpuAt = new Map<DriverEvent, number>();
  driver.onEvent((event) => {
    if (driver.pid !== undefined) cpuAt.set(event, cpuSecondsOf(driver.pid));
  });
  return cpuAt;
}

async function answerOf<T>(child: ChildProcess, message: object): Promise<T> {
  child.send(message);
  const [answer] = (await Promise.race([once(child, 'message'), failed(child)])) as [T];
  return answer;
}

async function failed(child: ChildProcess): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null];
  throw new Error(`the simulated API server ended with ${code}`);
}

async function synthesized(folder: string, { sidecars }: Wish, weights: ReleaseFileInput['weights']) {
  const image = (tag: string) => ({ image: `localhost/handover-service:${tag}` });
  const text = editRelease(shippedRelease(), {
    versions: { v1: image('1.0.0'), v2: image('2.0.0') },
    weights,
    gateways: sidecars > 0 ? ['own', 'mesh'] : undefined,
    inFlight: 'proxies',
  });
  const dist = await synth(text, folder);
  const files = readdirSync(dist).map((file) => readFileSync(join(dist, file), 'utf8'));
  const manifests = files.flatMap((file) => parseAllDocuments(file).map((document) => document.toJS() as Manifest));
  return { dist, file: join(folder, 'release.yaml'), manifests };
}

function specOf(wish: Wish, manifests: readonly Manifest[]): WorldSpec {
  const host = serviceHost(name, namespace);
  const hosts = ['demo.example.com'];
  const subsets = ['v1', 'v2'];
  const released = { name, namespace, host, hosts, port: releasedPort, subsets, endpointsPerSubset: podsPerVersion };
  const known = manifests.filter(({ kind }) => kind !== 'Namespace');
  return { ...wish, released, manifests: known };
}

function kubeconfigFor(address: string, folder: string): string {
  const file = join(folder, 'kubeconfig.json');
  const text = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'bench', cluster: { server: `http://${address}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'bench', user: {} }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(text));
  return file;
}
