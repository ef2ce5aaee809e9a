/** Clients inside the mesh: pods with a sidecar that run the load generator against the Service's own host. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FromLoad } from '../load/main';
import type { LoadOptions } from '../load/run-load';
import type { Summary } from '../load/tally';
import { v1 } from '../scenarios/two-versions';
import type { Manifest } from './manifests';
import type { Trial } from './trial';

const name = 'client';
/** Whose sidecar is told of nothing but the mesh's own namespace. */
const apart = 'client-apart';

/** Also one from which a Sidecar resource keeps the Service away. */
export async function startMeshClients(
  { kubectl, namespace }: Trial,
  names: readonly string[] = [name],
): Promise<void> {
  await kubectl.apply([
    ...names.map((client) => pod(client, namespace)),
    pod(apart, namespace),
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Sidecar',
      metadata: { name: apart, namespace },
      spec: { workloadSelector: { labels: { client: apart } }, egress: [{ hosts: ['istio-system/*'] }] },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'load', namespace },
      data: { 'load.js': readFileSync(join(__dirname, 'load.js'), 'utf8') },
    },
  ]);
  await kubectl.run(
    'wait',
    '--for=condition=Ready',
    ...[...names, apart].map((client) => `pod/${client}`),
    '--timeout=60s',
  );
}

/** The image has a Node, and whatever it runs instead of the service waits to be deleted. */
function pod(podName: string, namespace: string): Manifest {
  const container = {
    name: 'client',
    image: v1.image,
    command: ['node', '-e', 'setInterval(() => {}, 1e6)'],
    volumeMounts: [{ name: 'load', mountPath: '/load' }],
  };
  const spec = {
    terminationGracePeriodSeconds: 1,
    containers: [container],
    volumes: [{ name: 'load', configMap: { name: 'load' } }],
  };
  const labels = { client: podName, 'sidecar.istio.io/inject': 'true' };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: podName, namespace, labels }, spec };
}

interface MeshLoadWish {
  readonly url: string;
  readonly ratePerSecond: number;
  /** The load ends by itself after this, whatever the scenario does. */
  readonly maxSeconds: number;
  readonly client?: string;
}

/** A load from one of the pods, ended by `finish`, or with the scenario. */
export class MeshLoad {
  private readonly child;
  private readonly ended: Promise<Summary>;
  private progress = 0;

  constructor(trial: Trial, { url, ratePerSecond, maxSeconds, client = name }: MeshLoadWish) {
    const options: LoadOptions = {
      scenario: trial.scenario,
      load: `inside the mesh, ${client}, ${ratePerSecond} qps`,
      url,
      headers: {},
      ratePerSecond,
      connections: 10,
      maxRequests: ratePerSecond * maxSeconds,
      timeoutMs: 30_000,
      outcomesFile: '/tmp/outcomes.jsonl',
    };
    const command = ['exec', '-i', client, '-c', 'client', '--', 'node', '/load/load.js', JSON.stringify(options)];
    this.child = spawn('kubectl', ['--namespace', trial.namespace, ...command], { stdio: ['pipe', 'pipe', 'inherit'] });
    trial.atEnd(() => this.child.kill('SIGKILL'));
    this.ended = this.follow();
    this.ended.catch(() => {}); // reported by whoever asks for the summary
  }

  get requestsEnded(): number {
    return this.progress;
  }

  finish(): Promise<Summary> {
    this.child.stdin.write('stop\n');
    return this.ended;
  }

  private follow(): Promise<Summary> {
    return new Promise((resolve, reject) => {
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        const message = JSON.parse(line) as FromLoad;
        if ('summary' in message) resolve(message.summary);
        else this.progress = message.progress.ended;
      });
      this.child.on('error', reject);
      this.child.on('exit', (code) =>
        reject(new Error(`the load in the pod ended without a summary: exit code ${code}`)),
      );
    });
  }
}
