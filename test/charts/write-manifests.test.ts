import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { Node } from 'constructs';
import { releaseCharts, writeManifests } from '../../charts';
import { bothVersions, releaseOf } from '../support/release';

const access = { image: 'registry.test/handover:1', onCall: ['on-call'] };
const shop = releaseOf({ name: 'shop', namespace: 'shop', access });
const cart = releaseOf({ name: 'cart', namespace: 'shop', versions: bothVersions });
const mail = releaseOf({ name: 'mail', namespace: 'mail', profile: 'rolling-update' });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handover-written-'));
  process.env.CDK8S_OUTDIR = folder;
});
afterEach(() => {
  delete process.env.CDK8S_OUTDIR;
  rmSync(folder, { recursive: true });
});

function filesAfter(write: () => void): Record<string, string> {
  write();
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

test.each([
  ['one service', [shop]],
  ['several', [shop, cart, mail]],
] as const)('%s: the files are those that cdk8s writes for all charts in one app', (_, releases) => {
  const written = filesAfter(() => writeManifests(releases));
  readdirSync(folder).forEach((file) => rmSync(join(folder, file)));
  const inOneApp = filesAfter(() => {
    const app = new App();
    releaseCharts(app, releases);
    app.synth();
  });
  expect(Object.keys(written).length).toBeGreaterThan(releases.length);
  expect(written).toEqual(inOneApp);
});

/** Every chart validated every service: a hundred of them took two seconds, and a thousand some minutes. */
test('each further service is validated as often as the first ones', () => {
  const validations = (count: number) => {
    const validate = jest.spyOn(Node.prototype, 'validate');
    const named = Array.from({ length: count }, (_, index) => releaseOf({ name: `shop-${index}`, namespace: 'shop' }));
    writeManifests(named);
    const calls = validate.mock.calls.length;
    validate.mockRestore();
    return calls;
  };
  const [two, four, eight] = [validations(2), validations(4), validations(8)];
  expect(eight - four).toBe(2 * (four - two));
});

test('what two services write differently is refused, and nothing is written', () => {
  const service = (name: string, version: string) =>
    releaseOf({ name, namespace: 'shop', weights: undefined, versions: { [version]: { image: 'x:1' } } });
  expect(() => writeManifests([service('a', 'b-1'), service('a-b', '1')])).toThrow(
    'expected one Deployment/shop/a-b-1, found one of a and another of a-b',
  );
  expect(readdirSync(folder)).toEqual([]);
});

test('of a release that breaks a rule nothing is written', () => {
  const broken = { ...cart, split: { v9: 100 } };
  expect(() => writeManifests([shop, broken])).toThrow('expected routes to one of');
  expect(readdirSync(folder)).toEqual([]);
});
