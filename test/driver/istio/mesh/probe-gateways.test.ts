import { releaseManifests } from '../../../../charts';
import { portOf } from '../../../../driver/istio/mesh/gateway-port';
import type { Pod, Service, VirtualService } from '../../../../driver/kubernetes/objects';
import { probeGateways } from '../../../../driver/istio/mesh/probe-gateways';
import { gatewayPods } from '../../../../driver/istio/mesh/proxy-pods';
import { sendProbe, type Probe, type ProbeResponse, type SendProbe } from '../../../../driver/istio/mesh/probe-request';
import { observedRoute } from '../../../../driver/istio/kubernetes/read-route';
import { fakeCluster, podOf, type FakeCluster } from '../../../support/kubernetes';
import { editRoutes } from '../../../../manifests';
import { serviceHost } from '../../../../model';
import { serve } from '../../../support/local-server';
import { theOnly } from '../../../support/objects';
import { bothVersions, releaseOf } from '../../../support/release';

const release = releaseOf({ name: 'shop', hosts: ['shop.example.com', '*.shop.example.com'], versions: bothVersions });
const write = 'k3f9.2';
const marker = `split@${write}`;
const host = serviceHost(release.name, release.namespace);
const probes = { key: 'secret', versions: ['v1', 'v2'], gateways: ['shop'] };
const manifest = editRoutes(theOnly(releaseManifests(release), 'VirtualService'), host, {
  split: { v1: 100 },
  present: [],
  marker: write,
  probes,
});
const route = { ...manifest, metadata: { ...manifest.metadata, uid: 'secret' } } as unknown as VirtualService;

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await fakeCluster();
  const spec = { selector: { istio: 'ingressgateway' }, ports: [{ port: 80, targetPort: 8080 }] };
  cluster.server.put('/api/v1/namespaces/edge/services/edge', { metadata: { name: 'edge' }, spec });
});
afterEach(() => cluster.close());

const gateway = (name: string) => {
  const pod = podOf(name, { istio: 'ingressgateway' });
  const status = { ...(pod.status as object), podIP: `address-of-${name}` };
  const stored = { ...pod, status, metadata: { ...pod.metadata, namespace: 'edge' } };
  return cluster.server.put(`/api/v1/namespaces/edge/pods/${name}`, stored);
};

const own: ProbeResponse = { status: 200, headers: { 'x-handover-route': write }, hasBody: false };
const ofService: ProbeResponse = { status: 200, headers: {}, hasBody: true };
const noCluster: ProbeResponse = { ...own, status: 503 };
/** Answers each probe by the version that it asks for, or by '' for the route itself. */
const gatewayThat = (answers: Record<string, ProbeResponse | readonly ProbeResponse[]>) => {
  const asked: Probe[] = [];
  const send = (probe: Probe) => {
    asked.push(probe);
    const version = (probe.headers['x-handover-probe'] ?? '').split('.')[1] ?? '';
    const answer = answers[version] ?? own;
    const one = Array.isArray(answer)
      ? (answer as ProbeResponse[])[asked.length % answer.length]
      : (answer as ProbeResponse);
    return one ? Promise.resolve(one) : Promise.reject(new Error('connect ECONNREFUSED'));
  };
  return { asked, send };
};
const probeAll = async (send: SendProbe, of = route) =>
  probeGateways(
    cluster.api,
    send,
    release,
    of,
    await gatewayPods(cluster.api, [{ selector: release.gateway.selector }]),
  );
const admitting = async (send: SendProbe, ...hosts: string[]) =>
  probeGateways(
    cluster.api,
    send,
    release,
    route,
    await gatewayPods(cluster.api, [{ selector: release.gateway.selector, hosts }]),
  );
const probed = async (answers: Record<string, ProbeResponse | readonly ProbeResponse[]>) =>
  (await probeAll(gatewayThat(answers).send))[0];

describe('a gateway that is probed', () => {
  beforeEach(() => void gateway('a'));

  test('is asked itself: three times for each host and each version, with the key of this VirtualService', async () => {
    const { asked, send } = gatewayThat({});
    await probeAll(send);
    expect(new Set(asked.map(({ address, port }) => `${address}:${port}`))).toEqual(new Set(['address-of-a:8080']));
    expect(asked.map(({ headers }) => `${headers['host']} ${headers['x-handover-probe']}`)).toEqual(
      [
        'shop.example.com secret',
        'handover-probe.shop.example.com secret',
        'shop.example.com secret.v1',
        'shop.example.com secret.v2',
      ].flatMap((one) => [one, one, one]),
    );
  });

  test('is asked for the hosts that its Gateway lets in, and for all when that is none of them', async () => {
    const only = await admitting(gatewayThat({}).send, 'shop.example.com');
    expect(only).toMatchObject([{ hosts: ['shop.example.com'], markers: { 'shop.example.com': marker } }]);
    expect(await admitting(gatewayThat({}).send)).toMatchObject([{ hosts: release.hosts }]);
  });

  test('tells the write by which it answers for each host, and each version that a pod answered for', async () => {
    expect(await probed({ v2: noCluster })).toEqual({
      name: 'a.edge',
      kind: 'gateway',
      hosts: release.hosts,
      markers: { 'shop.example.com': marker, '*.shop.example.com': marker },
      answers: { v1: 'answered', v2: 'no cluster' },
    });
  });

  test('of a route without a name at rest tells the write alone', async () => {
    const { name: _, ...unnamed } = (manifest.spec as { http: { name: string }[] }).http.at(-1) ?? {};
    const http = [{ ...unnamed, name: `@${write}` }];
    const metadata = { ...route.metadata, annotations: {} };
    const [seen] = await probeAll(gatewayThat({}).send, {
      ...route,
      metadata,
      spec: { hosts: ['x'], http },
    });
    expect(seen).toMatchObject({ markers: { 'shop.example.com': `@${write}` }, answers: {} });
  });

  test('whose threads do not agree has no marker that any write has', async () => {
    const older = { ...own, headers: { 'x-handover-route': 'k3f9.1' } };
    const seen = await probed({ '': [own, older] });
    expect(seen).toMatchObject({
      markers: { 'shop.example.com': expect.stringMatching(/^split@k3f9\.[12] and split@k3f9\.[12]$/) as string },
    });
    expect(await probed({ v2: [own, noCluster] })).toMatchObject({ answers: { v2: 'failed' } });
  });

  test('has told nothing of a version whose probe was answered by another route', async () => {
    expect(await probed({ v2: ofService })).toMatchObject({ answers: { v1: 'answered' } });
    expect(await probed({ v2: ofService })).not.toHaveProperty('answers.v2');
  });

  test('has a cluster without endpoints when Envoy says so in words', async () => {
    expect(await probed({ v2: { ...noCluster, hasBody: true } })).toMatchObject({ answers: { v2: 'failed' } });
  });

  test('has a cluster when the 503 came from a pod of the version', async () => {
    const headers = { ...own.headers, 'x-envoy-upstream-service-time': '1' };
    expect(await probed({ v2: { ...noCluster, headers } })).toMatchObject({ answers: { v2: 'failed' } });
  });

  test('that passes a probe on to the service has no route of a release', async () => {
    expect(await probed({ '': ofService })).toMatchObject({ markers: { 'shop.example.com': '' } });
  });

  test.each([
    [
      'answers with an error of nobody known',
      { '': { ...ofService, status: 404 } },
      'it answered 404 to a probe, by no route of ours',
    ],
    ['does not answer', { '': [] }, 'connect ECONNREFUSED'],
  ])('is named when it %s', async (_, answers, unreadable) => {
    expect(await probed(answers)).toEqual({ name: 'a.edge', kind: 'gateway', unreadable });
  });

  test('is left out when its pod is gone', async () => {
    const send = () => {
      cluster.server.remove('/api/v1/namespaces/edge/pods/a');
      return Promise.reject(new Error('closed'));
    };
    expect(await probeAll(send)).toEqual([]);
  });
});

test('routes for probes are no routes of users, and are read back', () => {
  const seen = { marker, split: { v1: 100 }, headerVersions: [], otherVersions: [], probes: ['v1', 'v2'] };
  expect(observedRoute(route, host)).toMatchObject(seen);
});

describe('the port of a gateway', () => {
  const pod = (ports: object[] = []): Pod =>
    ({
      metadata: { name: 'a', labels: { istio: 'ingressgateway', app: 'edge' } },
      spec: { containers: [{ name: 'istio-proxy', ports }] },
    }) as Pod;
  const service = (selector: Record<string, string> | undefined, targetPort?: number | string): Service => ({
    metadata: { name: 's' },
    spec: {
      selector,
      ports: [
        { port: 443, targetPort: 8443 },
        { port: 80, targetPort },
      ],
    },
  });

  test('is the one to which its Service maps port 80, by number or by name', () => {
    expect(portOf(pod(), [service({ app: 'other' }, 1), service({ app: 'edge' }, 8080)])).toBe(8080);
    const named = pod([{ name: 'http', containerPort: 8081 }]);
    expect(portOf(named, [service({ app: 'edge' }, 'http')])).toBe(8081);
    expect(() => portOf(pod(), [service({ app: 'edge' }, 'http')])).toThrow('its Service sends to the port http');
  });

  test('is the one to which its Service maps another port, where the file says so', () => {
    expect(portOf(pod(), [service({ app: 'edge' }, 8080)], 443)).toBe(8443);
    expect(portOf(pod(), [service(undefined, 8080)], 8081)).toBe(8081);
  });

  test('is port 80 itself without a Service, or when that maps nothing', () => {
    expect(portOf(pod(), [service(undefined, 8080)])).toBe(80);
    expect(portOf(pod(), [service({ app: 'edge' })])).toBe(80);
  });
});

test('a probe is one request on a connection of its own', async () => {
  const sockets = new Set<unknown>();
  const server = await serve((request, response) => {
    sockets.add(request.socket);
    response.writeHead(503, { 'x-handover-route': String(request.headers['x-handover-probe']) }).end();
  });
  const probe = {
    address: '127.0.0.1',
    port: Number(server.address.split(':')[1]),
    path: '/readyz',
    headers: { host: 'h', 'x-handover-probe': 'k' },
  };
  expect(await sendProbe(probe)).toMatchObject({ status: 503, hasBody: false, headers: { 'x-handover-route': 'k' } });
  await sendProbe(probe);
  expect(sockets.size).toBe(2);
  await server.close();
  await expect(sendProbe(probe)).rejects.toThrow('ECONNREFUSED');
});
