/** Values that read like secrets are told before they go into Git, and never shown. */
import { secretNotes } from '../../../driver/import/secrets';
import type { Manifest } from '../../../model';

const deploymentWith = (container: object, init: object[] = []): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'shop' },
  spec: { template: { spec: { initContainers: init, containers: [{ name: 'main', ...container }] } } },
});
const told = (manifest: Manifest) => secretNotes(manifest).map(({ what }) => what);
const variable = (name: string, value: string) => ({ env: [{ name, value }] });

test.each([
  ['DB_PASSWORD', 'hunter2'],
  ['API_TOKEN', 'abc'],
  ['apiKey', 'abc'],
  ['AWS_SECRET_ACCESS_KEY', 'abc'],
  ['SIGNING_KEY', 'abc'],
  ['DATABASE_URL', 'postgres://shop:hunter2@db:5432/shop'],
  ['CACHE', 'redis://:hunter2@cache:6379'],
  ['CERT', '-----BEGIN RSA PRIVATE KEY-----\nabc'],
  ['SOMETHING', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc'],
  ['UPSTREAM', 'ghp_0123456789abcdefghij'],
])('an environment variable such as %s', (name, value) => {
  const notes = secretNotes(deploymentWith(variable(name, value)));
  expect(notes).toMatchObject([{ verdict: 'danger', what: `Deployment/shop container main env ${name}` }]);
  expect(JSON.stringify(notes)).not.toContain(value);
});

test.each([
  ['PASSWORD_FILE', '/run/secrets/db'],
  ['TOKEN_FILE', '/var/run/token'],
  ['MAX_TOKENS', '4096'],
  ['USE_TOKEN', 'true'],
  ['DB_PASSWORD', '$(FROM_SECRET)'],
  ['SECRET', ''],
  ['DATABASE_URL', 'postgres://db:5432/shop'],
  ['COLOUR', 'blue'],
  ['MONKEY', 'see'],
])('not one such as %s: %s', (name, value) => {
  expect(told(deploymentWith(variable(name, value)))).toEqual([]);
});

test('a value that comes from a Secret is none', () => {
  const env = [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }];
  expect(told(deploymentWith({ env }))).toEqual([]);
});

test('an argument, a part of the command, and a container that initializes', () => {
  const args = ['--listen=:80', '--db-password=hunter2', '--dsn', 'postgres://a:hunter2@db/x', '--token-file=/run/t'];
  const init = [{ name: 'migrate', command: ['migrate', '-database=mysql://root:hunter2@db/x'] }];
  const notes = secretNotes(deploymentWith({ args }, init));
  expect(notes.map(({ what }) => what)).toEqual([
    'Deployment/shop container migrate command 2 (database)',
    'Deployment/shop container main args 2 (db-password)',
    'Deployment/shop container main args 4',
  ]);
  expect(JSON.stringify(notes)).not.toContain('hunter2');
});
