/** The examples with the programs themselves that `npm test` plays by records. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyOfExample, releaseInSimulation, withSecondVersion } from '../support/example';
import { expectVersionReleased } from '../support/expect-released';
import { theOnly, type Deployment } from '../support/objects';
import { recordFor } from '../support/recorded-tool';
import { pathWithTools } from '../../e2e/support/tools';
import { install, runIn, tarball } from './user';

jest.setTimeout(120_000);

describe('examples/helm', () => {
  const installed = readFileSync('examples/helm/release.yaml', 'utf8');
  const both = withSecondVersion(installed);
  const released = both.replace(/^ {2}v1: .*\n/m, '').replace('v1: 100', 'v2: 100');

  it.each([installed, both, released])('prints what is on record (%#)', (text) => {
    const folder = copyOfExample('helm');
    writeFileSync(join(folder, 'release.yaml'), text);
    const helm = runIn(folder, 'helm template shop chart --values release.yaml', pathWithTools());
    expect(helm).toEqual({ code: 0, out: readFileSync(recordFor('helm', text), 'utf8'), err: '' });
  });

  it('is released by Helm itself, in simulation', async () => {
    const environment = { PATH: pathWithTools() };
    expectVersionReleased(await releaseInSimulation(copyOfExample('helm'), 'release.yaml', environment));
  });
});

describe('examples/kustomize', () => {
  it('is released with what the overlay says, in simulation', async () => {
    const folder = copyOfExample('kustomize');
    install(folder, tarball);
    const released = await releaseInSimulation(folder, 'app/release.yaml', { PATH: pathWithTools() });
    expectVersionReleased(released);
    const { metadata, spec } = theOnly<Deployment>(released.manifests, 'Deployment');
    expect(metadata.name).toBe('shop-v2');
    expect(spec).toMatchObject({ replicas: 3, selector: { matchLabels: { app: 'shop', version: 'v2' } } });
    expect(spec.template.spec.containers).toMatchObject([
      { image: 'registry.example.com/shop:1.5.0', resources: { limits: { memory: '512Mi' } } },
    ]);
  });
});
