/** The example that README and docs/your-service.md show: a service that handover has never seen. */
import { readFileSync } from 'node:fs';
import { readRelease, releaseManifests, warningsOf } from '../../charts';
import { shapeOf } from '../../manifests';
import { bundledGauge, type Manifest } from '../../model';
import { crdProblems } from '../support/crd-validator';

const file = 'examples/podinfo/release.yaml';
const text = readFileSync(file, 'utf8');
const release = readRelease(file);
const manifests = JSON.parse(JSON.stringify(releaseManifests(release))) as Manifest[];

test('takes ten lines, and pages show it as it is', () => {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines.length).toBeLessThanOrEqual(10);
  for (const page of ['README.md', 'docs/your-service.md'])
    expect(readFileSync(page, 'utf8').replaceAll(/ # .*/g, '')).toContain(lines.join('\n'));
});

test('is what a driver can release, and counts requests by sidecars', () => {
  const placed = manifests.map((manifest) => ({ manifest, file: 'dist', line: 1 }));
  const found = shapeOf(placed, release, { versions: ['v1'], split: { v1: 100 } });
  expect(found).toMatchObject({ shape: { servicePorts: [9898, 9999], versions: { v1: { pods: 2 } } } });
  expect(release.inFlight).toBe('sidecar');
  expect(release.inFlight).not.toEqual(bundledGauge(8080));
});

test('keeps to the definitions of Istio, and nothing in it endangers requests', () => {
  const istio = manifests.filter(({ apiVersion }) => apiVersion.startsWith('networking.istio.io/'));
  expect(istio.map(({ kind }) => kind)).toEqual(['Gateway', 'DestinationRule', 'VirtualService']);
  expect(istio.flatMap(crdProblems)).toEqual([]);
  expect(warningsOf(release)).toEqual([]);
});

test('leaves the YAML of podinfo as it is, but for what is laid over it', () => {
  const deployment = manifests.find(({ kind }) => kind === 'Deployment') as unknown as {
    spec: { minReadySeconds: number; template: { spec: { containers: Record<string, unknown>[] } } };
  };
  expect(deployment.spec.minReadySeconds).toBe(3);
  expect(deployment.spec.template.spec.containers[0]).toMatchObject({
    name: 'podinfod',
    image: 'ghcr.io/stefanprodan/podinfo:6.9.1',
    readinessProbe: { exec: { command: ['podcli', 'check', 'http', 'localhost:9898/readyz'] } },
    lifecycle: { preStop: { sleep: { seconds: 8 } } },
  });
});
