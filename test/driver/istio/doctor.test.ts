/** `handover doctor`, through the command line, against an API server that answers as each case says. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../../driver/io';
import type { Check } from '../../../driver/istio/doctor/check';
import { Api } from '../../../driver/kubernetes/api';
import { refusalOf } from '../../../driver/kubernetes/refusals';
import { run } from '../../../driver/main';
import { exitCodes, grantsOf } from '../../../model';
import { serve, type LocalServer } from '../../support/local-server';
import { noSynth } from '../../support/no-synth';
import { quietProcess } from '../../support/quiet-process';
import { releaseOf, releaseText } from '../../support/release';
import { VirtualClock } from '../../support/virtual-clock';

const wellEnded = {
  lifecycle: { preStop: { sleep: { seconds: 5 } } },
  env: [{ name: 'EXIT_ON_ZERO_ACTIVE_CONNECTIONS', value: 'true' }],
};
const gateway = (name: string, container: object = wellEnded, pod: object = {}) => ({
  metadata: { name, namespace: 'istio-system', labels: { istio: 'ingressgateway' } },
  spec: {
    terminationGracePeriodSeconds: 60,
    containers: [{ name: 'istio-proxy', args: ['proxy', 'router'], ...container }],
    ...pod,
  },
  status: { phase: 'Running', containerStatuses: [{ name: 'istio-proxy', state: { running: {} } }] },
});

const istiod = {
  metadata: { name: 'istiod-1', namespace: 'istio-system', labels: { app: 'istiod' } },
  status: { phase: 'Running', containerStatuses: [{ name: 'discovery', state: { running: {} } }] },
};

interface World {
  gateways: object[];
  servicePods: object[];
  service?: object;
  /** Whether the account has this right. */
  allows: (right: Readonly<Record<string, string>>) => boolean;
  hasIstio: boolean;
  istiods: object[];
  /** What each istiod answers at /debug/clusterz; undefined: it may not be asked. */
  clusters: object[] | undefined;
  status: number;
  versions: Record<string, string>;
  serverMs: number;
  environment: Record<string, string>;
}

const own = { name: 'demo', labels: { 'handover/service': 'demo' } };
const oldService = { metadata: { name: 'demo' }, spec: { selector: { run: 'demo' }, ports: [{ port: 80 }] } };
const oldPod = { metadata: { name: 'old-1', labels: { run: 'demo' } }, spec: {}, status: { phase: 'Running' } };
/** What the Service of the charts leads to, too. */
const named = {
  metadata: { name: 'old-2', labels: { app: 'demo' } },
  spec: { containers: [{ name: 'app', ports: [{ name: 'http', containerPort: 1 }] }] },
  status: { phase: 'Running' },
};

let world: World;
let server: LocalServer;
let folder: string;
let asked: Readonly<Record<string, string>>[];
const nowMs = Date.parse('2026-11-27T12:00:00Z');
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  writeFileSync(join(folder, 'release.yaml'), releaseText());
  asked = [];
  world = {
    gateways: [gateway('a'), gateway('b')],
    servicePods: [],
    allows: () => true,
    hasIstio: true,
    istiods: [istiod],
    clusters: [{ id: 'Kubernetes', secretName: '', syncStatus: 'synced' }],
    status: 200,
    versions: { a: '1.36.4', b: '1.36.4' },
    serverMs: nowMs,
    environment: {},
  };
  server = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => void (body += chunk.toString()));
    request.on('end', () => {
      const answer = answerTo(request.url ?? '', body);
      const status = world.status === 200 ? (answer ? 200 : 404) : world.status;
      response.sendDate = false;
      const date = new Date(world.serverMs).toUTCString();
      response.writeHead(status, { 'Content-Type': 'application/json', Date: date });
      response.end(JSON.stringify(answer ?? { reason: 'NotFound', message: 'not found' }));
    });
  });
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});

function answerTo(url: string, body: string): object | undefined {
  const { pathname, searchParams } = new URL(url, 'http://test');
  if (pathname === '/version') return { gitVersion: 'v1.34.1' };
  if (pathname.endsWith('/selfsubjectreviews')) return { status: { userInfo: { username: 'ops' } } };
  if (pathname.endsWith('/selfsubjectaccessreviews')) {
    const { spec } = JSON.parse(body) as { spec: { resourceAttributes: Record<string, string> } };
    asked.push(spec.resourceAttributes);
    return { status: { allowed: world.allows(spec.resourceAttributes) } };
  }
  if (pathname === '/apis/networking.istio.io/v1') return world.hasIstio ? { resources: [] } : undefined;
  if (pathname === '/api/v1/pods')
    return { items: searchParams.get('labelSelector') === 'app=istiod' ? world.istiods : world.gateways };
  if (pathname.endsWith('/services/demo')) return world.service;
  if (/^\/api\/v1\/namespaces\/[^/]+\/pods$/.test(pathname)) return { items: world.servicePods };
  return undefined;
}

async function doctor(...args: string[]) {
  const clock = Object.assign(new VirtualClock(), { nowMs: () => nowMs });
  const { printed, io: quiet } = quietProcess(clock);
  const never = () => Promise.reject(new Error('the doctor drives nothing'));
  const entry = { server: new URL(`http://${server.address}`), applyToHTTPSOptions: () => Promise.resolve() };
  const io: Io = {
    ...quiet,
    environment: world.environment,
    readFile: () => releaseText(),
    synth: noSynth,
    connect: never,
    connectRolling: never,
    stop: new AbortController().signal,
    examine: () => ({
      api: new Api(entry, () => Promise.resolve()),
      way: { context: 'prod', server: 'https://api.test/', credentials: 'the program aws', proxyUrl: undefined },
      namespace: undefined,
      refusing: (work) =>
        work().catch((error: unknown) => Promise.reject(refusalOf(error, 'api.test', 'prod') as Error)),
      close: () => undefined,
      askPod: (_pod, port, conversation) => {
        const answer = world.clusters && JSON.stringify(world.clusters);
        if (answer === undefined) return Promise.reject(new Error('Unexpected server response: 403'));
        return conversation((path) => Promise.resolve(port === 15_014 && path === '/debug/clusterz' ? answer : ''));
      },
      askProxy: ({ pod }, conversation) => {
        const version = world.versions[pod];
        if (version === undefined) return Promise.reject(new Error('Unexpected server response: 400'));
        return conversation(() =>
          Promise.resolve(JSON.stringify({ version: `abc/${version}/Clean/RELEASE/BoringSSL` })),
        );
      },
    }),
  };
  const code = await run(['doctor', '--file', join(folder, 'release.yaml'), '--json', ...args], io);
  const checks = JSON.parse(printed.out) as Check[];
  return { code, checks, notRight: checks.filter(({ verdict }) => verdict !== 'right') };
}

test('ends with 0 when all is right, and says what it has seen', async () => {
  const { code, checks } = await doctor();
  expect(code).toBe(exitCodes.completed);
  expect(checks.map(({ check, found }) => `${check}: ${found}`)).toEqual([
    'API server: https://api.test/ (context prod, by the program aws, directly) answers, Kubernetes v1.34.1',
    'identity: ops',
    'clock: as the API server has it',
    `rights: all ${asked.length} that a release needs`,
    'Istio: networking.istio.io/v1 is there',
    'proxies: 2 with Envoy 1.36.4 can be asked',
    'end of gateways: 2 finish the requests that they have',
    'several clusters: istiod knows this one alone',
  ]);
});

test.each<[string, Partial<World>]>([
  ['has no pods', { service: oldService, servicePods: [] }],
  ['is its own', { service: { ...oldService, metadata: own }, servicePods: [oldPod] }],
  [
    'keeps its pods and its port',
    { service: { ...oldService, spec: { selector: { old: 'x' }, ports: [{ port: 8080 }] } }, servicePods: [named] },
  ],
])('says nothing of a Service that %s', async (_, changes) => {
  Object.assign(world, changes);
  expect((await doctor()).code).toBe(exitCodes.completed);
});

test('asks for each right that the access chart gives, and for no other', async () => {
  await doctor();
  const access = { gatewayNamespace: 'istio-system', image: 'x', evidence: 'proxy' } as const;
  const granted = grantsOf(releaseOf(), access).flatMap(({ namespace = '', rules }) =>
    rules.flatMap(({ resources, verbs }) =>
      resources.flatMap((one) => verbs.map((verb) => `${namespace} ${verb} ${one}`)),
    ),
  );
  const reviewed = asked.map(
    ({ namespace = '', verb, resource, subresource }) =>
      `${namespace} ${verb} ${resource}${subresource ? `/${subresource}` : ''}`,
  );
  expect(new Set(reviewed)).toEqual(new Set(granted));
});

test.each<[string, Partial<World>, Pick<Check, 'check' | 'verdict'>, RegExp]>([
  [
    'a missing right',
    { allows: ({ subresource }) => subresource !== 'portforward' },
    { check: 'rights', verdict: 'wrong' },
    /none to get pods\/portforward in the namespace/,
  ],
  ['no Istio', { hasIstio: false }, { check: 'Istio', verdict: 'wrong' }, /does not know networking/],
  [
    'pods in ambient mode',
    { servicePods: [{ metadata: { name: 'p', annotations: { 'ambient.istio.io/redirection': 'enabled' } } }] },
    { check: 'ambient', verdict: 'wrong' },
    /1 pods of demo are in ambient mode/,
  ],
  [
    'a Service whose pods the first install would leave behind',
    { service: oldService, servicePods: [oldPod] },
    { check: 'Service', verdict: 'wrong' },
    /would lose its pods old-1 and its port 80 by kubectl apply -f dist\//,
  ],
  ['no gateway', { gateways: [] }, { check: 'proxies', verdict: 'wrong' }, /none that serves demo/],
  [
    'a single gateway pod',
    { gateways: [gateway('a')] },
    { check: 'end of gateways', verdict: 'wrong' },
    /one gateway pod/,
  ],
  [
    'a proxy that cannot be asked',
    { versions: { a: '1.36.4' } },
    { check: 'proxies', verdict: 'wrong' },
    /b\.istio-system cannot be asked: Unexpected server response: 400/,
  ],
  [
    'a gateway that ends at once',
    { gateways: [gateway('a'), gateway('b', {}, { terminationGracePeriodSeconds: 30 })] },
    { check: 'end of gateways', verdict: 'wrong' },
    /b\.istio-system: it has no preStop, EXIT_ON_ZERO_ACTIVE_CONNECTIONS is not true, terminationGracePeriodSeconds is 30/,
  ],
  [
    'a clock that is ahead',
    { serverMs: nowMs - 90_000 },
    { check: 'clock', verdict: 'wrong' },
    /90 s ahead of the API server/,
  ],
  [
    'a cluster that istiod has a Secret of',
    {
      clusters: [
        { id: 'west', secretName: '' },
        { id: 'east', secretName: 'istio-system/istio-remote-secret-east' },
      ],
    },
    { check: 'several clusters', verdict: 'wrong' },
    /istiod knows others: east, by the Secret istio-system\/istio-remote-secret-east$/,
  ],
  [
    'an istiod that may not be asked',
    { clusters: undefined },
    { check: 'several clusters', verdict: 'cannot tell' },
    /istiod-1\.istio-system: Unexpected server response: 403/,
  ],
  ['an istiod elsewhere', { istiods: [] }, { check: 'several clusters', verdict: 'cannot tell' }, /no pod of istiod/],
  [
    'a mesh of several clusters',
    {
      gateways: [
        gateway('a'),
        gateway('b', { ...wellEnded, env: [...wellEnded.env, { name: 'ISTIO_META_CLUSTER_ID', value: 'east' }] }),
      ],
    },
    { check: 'several clusters', verdict: 'cannot tell' },
    /calls this cluster east/,
  ],
  [
    'an API server that does not answer',
    { status: 503, environment: { HTTPS_PROXY: 'http://proxy:3128' } },
    { check: 'API server', verdict: 'wrong' },
    /503/,
  ],
])('%s is told with what to do, and the exit code is not 0', async (_, changes, expected, found) => {
  Object.assign(world, changes);
  const { code, notRight } = await doctor();
  expect(code).toBe(exitCodes.failed);
  const [check] = notRight;
  expect(check).toMatchObject(expected);
  expect(check?.found).toMatch(found);
  expect(check?.fix).toBeTruthy();
});

test('a proxy of the environment is named when it would have been needed', async () => {
  Object.assign(world, { status: 503, environment: { HTTPS_PROXY: 'http://proxy:3128' } });
  expect((await doctor()).notRight[0]?.fix).toMatch(
    /HTTPS_PROXY is set, and handover takes proxies from the kubeconfig alone/,
  );
});

test('without a release file it says that rights and proxies cannot be told', async () => {
  const { code, notRight } = await doctor('--file', join(folder, 'none.yaml'));
  expect(code).toBe(exitCodes.failed);
  expect(notRight).toMatchObject([{ check: 'release', verdict: 'cannot tell' }]);
});
