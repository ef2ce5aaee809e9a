/** A service that runs, made by plain kubectl and called as its owners like it: podinfo, which nobody here wrote. */
import { get } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { Manifest, ReleaseFileInput } from '../../model';
import { run } from './command';
import { program, startDriver, type Driver } from './driver';
import { gatewayAddress, publicGateway } from './gateway';
import { editRelease } from './release-text';
import type { Trial } from './trial';
import { waitUntil } from './wait-until';

export const service = 'shop';
export const deployment = 'storefront';
export const imageOf = (number: number) => `localhost/podinfo:${number}`;

const common = { 'app.kubernetes.io/name': 'storefront' };
const labelled = { ...common, version: '1.4.0' };

/** Who made the workload, and what is in front of it. Routes and gateways are a platform team's, by kubectl. */
export interface Owner {
  apply(objects: readonly Manifest[]): Promise<unknown>;
}

const isRouting = ({ kind }: Manifest) => ['VirtualService', 'Gateway'].includes(kind);

/** What is its owner's own: all but routes and gateways. */
export function workloadOf(trial: Trial, made: Made): Manifest[] {
  return objectsOf(trial, made).filter((object) => !isRouting(object));
}

/** What owners of Deployments do in different ways. */
export interface Made {
  /** Of the pod template; the selector may have fewer. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly selector?: Readonly<Record<string, string>>;
  /** In place of the scaler. */
  readonly replicas?: number;
  readonly image?: string;
}
const retries = { attempts: 0 };
const to = (number: number) => [{ destination: { host: service, port: { number } } }];

/** What podinfo's authors publish, under other names, with labels of its owners and a budget that chooses by one of them. */
export function objectsOf(
  { namespace, host }: Trial,
  { labels = labelled, selector = labels, replicas, image = imageOf(1) }: Made = {},
): Manifest[] {
  const text = readFileSync('examples/podinfo/k8s/podinfo.yaml', 'utf8')
    .replace(/name: podinfo$/gm, `name: ${deployment}`)
    .replace(/image: .*/, `image: ${image}`);
  const [made, inFront, scaler] = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  if (!made || !inFront || !scaler) throw new Error('expected a Deployment, a Service and a scaler of podinfo');
  const spec = made.spec as { template: { metadata: object } };
  const metadata = { name: deployment, namespace };
  return [
    {
      ...made,
      metadata,
      spec: {
        ...spec,
        ...(replicas !== undefined && { replicas }),
        selector: { matchLabels: selector },
        template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      },
    },
    {
      ...inFront,
      metadata: { name: service, namespace },
      spec: { ...(inFront.spec as object), selector: common },
    },
    ...(replicas === undefined ? [{ ...scaler, metadata }] : []),
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: common } },
    },
    publicGateway({ namespace, host }, [`other-${host}`]),
    virtualService(namespace, host),
  ];
}

/** Routes with names and without, a redirect among them. None names a subset. */
function virtualService(namespace: string, host: string): Manifest {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: service, namespace },
    spec: {
      hosts: [host],
      gateways: ['public'],
      http: [
        { name: 'old', match: [{ uri: { prefix: '/old' } }], redirect: { uri: '/version' } },
        {
          match: [{ name: 'first', uri: { prefix: '/api/' } }, { uri: { prefix: '/service/' } }],
          rewrite: { uri: '/' },
          timeout: '20s',
          route: to(9898),
          retries,
        },
        {
          name: 'grpc',
          match: [{ headers: { 'content-type': { prefix: 'application/grpc' } } }],
          route: to(9999),
          retries,
        },
        { name: 'testers', match: [{ headers: { beta: { exact: '1' } } }], route: to(9898), retries },
        { name: 'web', route: to(9898), retries },
      ],
    },
  };
}

export class AboardTrial {
  private readonly folder: string;
  private readonly file: string;

  constructor(
    private readonly trial: Trial,
    private readonly made: Made = {},
    private readonly owner: Owner = trial.kubectl,
  ) {
    this.folder = join(trial.folder, 'app');
    this.file = join(this.folder, 'release.yaml');
  }

  /** By its owner and kubectl alone, until the gateway answers for it. */
  async make(): Promise<void> {
    const { trial } = this;
    const namespace = { name: trial.namespace, labels: { 'istio-injection': 'enabled' } };
    await trial.kubectl.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: namespace }]);
    await this.owner.apply(workloadOf(trial, this.made));
    await trial.kubectl.apply(objectsOf(trial, this.made).filter(isRouting));
    await trial.kubectl.rolledOut(deployment);
    const address = await gatewayAddress();
    const look = async () => (await statusAt(address, trial.host)) === 200 || 'another answer than 200';
    await waitUntil('the gateway answers for the service', look, { limitSeconds: 60 });
  }

  /** As its owner does who keeps manifests, or a chart: what differs is applied. */
  async upgrade(made: Made): Promise<void> {
    const [changed] = objectsOf(this.trial, { ...this.made, ...made });
    if (changed) await this.trial.kubectl.apply([changed]);
  }

  /** Returns what it said. */
  async import(): Promise<string> {
    const from = [`deployment/${deployment}`, '--namespace', this.trial.namespace];
    const said = await run(process.execPath, [program, 'import', ...from, '--output', this.folder]);
    this.edit({ timings: { longestRequest: '6s', exitMargin: '3s' } });
    return said;
  }

  /** As its owner edits the file. */
  edit(changes: Partial<ReleaseFileInput>): void {
    writeFileSync(this.file, editRelease(readFileSync(this.file, 'utf8'), changes));
  }

  /** Lists the next version beside the one that has all traffic, which is as the file says unless another `before` is given. */
  list(from: string, to: string, number: number, steps: ReleaseFileInput['steps'], before = this.versions[from]): void {
    const versions = { [from]: before ?? { image: '' }, [to]: { image: imageOf(number) } };
    this.edit({ versions, weights: { [from]: 100 }, steps });
  }

  get versions(): ReleaseFileInput['versions'] {
    return (parse(this.text) as ReleaseFileInput).versions;
  }

  get text(): string {
    return readFileSync(this.file, 'utf8');
  }

  /** With the rights of whoever runs this. */
  async start(...args: readonly string[]): Promise<Driver> {
    const kubeconfig = join(this.trial.folder, 'owner.kubeconfig');
    writeFileSync(kubeconfig, await run('kubectl', ['config', 'view', '--raw', '--minify']), { mode: 0o600 });
    return startDriver(this.trial, { args, file: this.file, kubeconfig });
  }

  async runTo(code: number, ...args: readonly string[]): Promise<Driver> {
    const driver = await this.start(...args);
    await driver.expectExit(code, 240);
    return driver;
  }
}

function statusAt(address: string, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    get(`http://${address}/version`, { headers: { host }, timeout: 5_000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('timeout', () => resolve(undefined))
      .on('error', () => resolve(undefined));
  });
}
