/** The constructs in somebody else's app: what they find, add and patch. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, JsonPatch } from 'cdk8s';
import { readRelease, ReleaseCharts } from '../../charts';
import type { Manifest } from '../../model';
import { containerOf, theOnly, type Deployment, type DestinationRule } from '../support/objects';
import { bothVersions, releaseOf, releaseText } from '../support/release';

const inMemory = () => new App({ outdir: 'unused' });
const manifestsOf = (charts: ReleaseCharts) => charts.all.flatMap((chart) => chart.toJson() as Manifest[]);

describe('a JSON patch', () => {
  test('keeps what the types of cdk8s do not know', () => {
    const charts = new ReleaseCharts(inMemory(), releaseOf());
    const sidecar = { name: 'log-shipper', image: 'log-shipper:1', restartPolicy: 'Always' };
    charts.object('Deployment', 'v1').addJsonPatch(JsonPatch.add('/spec/template/spec/initContainers', [sidecar]));
    const deployment = theOnly<Deployment>(manifestsOf(charts), 'Deployment');
    expect(deployment.spec.template.spec).toMatchObject({ initContainers: [sidecar] });
    expect(containerOf(deployment).lifecycle).toEqual({ preStop: { sleep: { seconds: 8 } } });
  });

  test('names fields as YAML does', () => {
    const charts = new ReleaseCharts(inMemory(), releaseOf({ outlierDetection: {} }));
    const path = '/spec/trafficPolicy/outlierDetection/consecutive5xxErrors';
    charts.object('DestinationRule').addJsonPatch(JsonPatch.replace(path, 7));
    const rule = theOnly<DestinationRule>(manifestsOf(charts), 'DestinationRule');
    expect(rule.spec).toMatchObject({ trafficPolicy: { outlierDetection: { consecutive5xxErrors: 7 } } });
  });

  test('is made once, however often the object is rendered', () => {
    const charts = new ReleaseCharts(inMemory(), releaseOf());
    charts.object('Service').addJsonPatch(JsonPatch.add('/spec/ports/-', { name: 'grpc', port: 9090 }));
    manifestsOf(charts);
    expect(theOnly<Manifest>(manifestsOf(charts), 'Service')).toMatchObject({
      spec: { ports: [{}, { name: 'grpc' }] },
    });
    expect(charts.object('Service').toJson()).toMatchObject({ spec: { ports: { length: 2 } } });
  });
});

describe('an object', () => {
  const charts = new ReleaseCharts(inMemory(), releaseOf({ versions: bothVersions, weights: { v1: 100 } }));

  test('is found by its kind and its version', () => {
    expect(charts.object('Deployment', 'v2').name).toBe('demo-v2');
    expect(charts.object('VirtualService').name).toBe('demo');
  });

  test('that is not there is refused, with what there is', () => {
    expect(() => charts.object('Deployment')).toThrow(
      /^expected one Deployment, found 0 among Namespace .*Deployment demo-v1 of v1, /,
    );
    expect(() => charts.object('Deployment', 'v3')).toThrow('expected one Deployment of version v3, found 0');
  });

  test("of one's own gets the labels by which the driver creates and deletes it", () => {
    const own = new ApiObject(charts.workload, 'own', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: charts.metadata('own', 'v2'),
    });
    expect(own.toJson()).toMatchObject({
      metadata: {
        namespace: charts.release.namespace,
        labels: { 'handover/service': 'demo', 'handover/version': 'v2' },
      },
    });
    expect(charts.metadata('shared').labels).not.toHaveProperty('handover/version');
    expect(() => charts.metadata('own', 'v3')).toThrow('expected one of v1, v2, found v3');
  });
});

describe('readRelease', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'handover-read-'))));
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => delete process.env.RELEASE_FILE);

  test('reads the file that handover names', () => {
    process.env.RELEASE_FILE = join(folder, 'release.yaml');
    writeFileSync(process.env.RELEASE_FILE, releaseText({ name: 'shop' }));
    expect(readRelease().name).toBe('shop');
  });

  test('reads the file of defaults beside it, and opens the YAML that is named there', () => {
    const file = join(folder, 'app', 'release.yaml');
    mkdirSync(join(folder, 'app'));
    writeFileSync(join(folder, 'defaults.yaml'), 'workload: k8s/shop.yaml\n');
    writeFileSync(file, releaseText({ name: 'shop', defaults: '../defaults.yaml' }));
    expect(readRelease(file).versions.map(({ workload }) => workload)).toEqual([join(folder, 'k8s', 'shop.yaml')]);
  });

  test('reads app/release.yaml when none is named, and lists all problems of a wrong one', () => {
    expect(readRelease().name).toBe('demo');
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, 'name: One\nport: 0\n');
    expect(() => readRelease(file)).toThrow(/wrong\.yaml:1:1 name: [^]*\n.*wrong\.yaml:2:1 port: /);
  });
});
