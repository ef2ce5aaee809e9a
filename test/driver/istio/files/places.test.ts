/** Two services that share one folder of manifests. Each is synthesized as the app does it, alone and together. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { releaseCharts } from '../../../../charts';
import { replaceManifests } from '../../../../driver/istio/files/replace-manifests';
import type { ManifestFile } from '../../../../manifests';
import type { Release } from '../../../../model';
import { releaseOf } from '../../../support/release';

const service = (name: string, version: string) =>
  releaseOf({ name, namespace: `${name}-ns`, versions: { [version]: { image: 'x:1' } }, weights: { [version]: 100 } });

let dist: string;
beforeEach(() => (dist = mkdtempSync(join(tmpdir(), 'handover-places-'))));
afterEach(() => rmSync(dist, { recursive: true }));

function synthesized(...releases: readonly Release[]): ManifestFile[] {
  const outdir = mkdtempSync(join(tmpdir(), 'handover-synth-'));
  const app = new App({ outdir });
  releaseCharts(app, releases);
  app.synth();
  const files = readdirSync(outdir).map((file) => ({ file, text: readFileSync(join(outdir, file), 'utf8') }));
  rmSync(outdir, { recursive: true });
  return files;
}

const write = (files: readonly ManifestFile[]) =>
  files.forEach(({ file, text }) => writeFileSync(join(dist, file), text));
/** The end of a release of one service, as the driver writes it: it has synthesized that service alone. */
const release = (name: string, from: string, to: string) =>
  replaceManifests(dist, synthesized(service(name, to)), synthesized(service(name, from)));

/** What an apply of the folder would make live. */
function objects(): string[] {
  const documents = readdirSync(dist).flatMap((file) =>
    parseAllDocuments(readFileSync(join(dist, file), 'utf8')).map(
      (one) => one.toJS() as { kind: string; metadata: { name: string } },
    ),
  );
  return documents.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort();
}
const deployments = () => objects().filter((name) => name.startsWith('Deployment'));

test('a release keeps the files that a synth of both has written, and brings no earlier version back', () => {
  write(synthesized(service('shop', 'v1'), service('cart', 'v1')));
  release('shop', 'v1', 'v2');
  expect(deployments()).toEqual(['Deployment/cart-v1', 'Deployment/shop-v2']);
  const again = synthesized(service('shop', 'v2'), service('cart', 'v1'));
  expect(readdirSync(dist)).toEqual(again.map(({ file }) => file));
  for (const { file, text } of again) expect(readFileSync(join(dist, file), 'utf8')).toBe(text);
});

test('a release overwrites no file of another service that was synthesized alone', () => {
  write(synthesized(service('shop', 'v1')));
  release('cart', 'v1', 'v2');
  release('shop', 'v1', 'v2');
  release('cart', 'v2', 'v3');
  expect(deployments()).toEqual(['Deployment/cart-v3', 'Deployment/shop-v2']);
  expect(objects().filter((name) => name.startsWith('Namespace'))).toEqual(['Namespace/cart-ns', 'Namespace/shop-ns']);
  expect(new Set(objects()).size).toBe(objects().length);
});

test('a service alone keeps the names that synth gives', () => {
  write(synthesized(service('shop', 'v1')));
  release('shop', 'v1', 'v2');
  expect(readdirSync(dist)).toEqual(synthesized(service('shop', 'v2')).map(({ file }) => file));
  expect(deployments()).toEqual(['Deployment/shop-v2']);
});

test('what synth does not write any more goes, unless another service has its own there', () => {
  const [namespace, ...rest] = synthesized(service('shop', 'v1'));
  write(synthesized(service('cart', 'v1')));
  replaceManifests(dist, [namespace!, rest[0]!], [namespace!, ...rest]);
  expect(objects()).toContain('VirtualService/cart');
  expect(deployments()).toEqual(['Deployment/cart-v1', 'Deployment/shop-v1']);
});
