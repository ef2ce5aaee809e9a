/** The examples with the programs themselves that `npm test` plays by records. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyOfExample, releaseInSimulation, withSecondVersion } from '../support/example';
import { expectVersionReleased } from '../support/expect-released';
import { recordFor } from '../support/recorded-tool';
import { pathWithTools } from './tools';
import { runIn } from './user';

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
