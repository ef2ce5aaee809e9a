/** In a process of its own, from a bundle: under Jest the Kubernetes client takes longer to load than all other tests. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'reach-'));
const bundle = join(folder, 'reach.js');
beforeAll(() => {
  const entryPoints = [join(__dirname, '../../../driver/kubernetes/reach.ts')];
  buildSync({ entryPoints, outfile: bundle, bundle: true, platform: 'node', logLevel: 'error' });
});
afterAll(() => rmSync(folder, { recursive: true }));

const program = `
  const { openReach } = require(process.argv[1]);
  const { way, namespace, close } = openReach({ kubeconfig: process.argv[2] });
  close();
  console.log(JSON.stringify({ ...way, namespace }));
`;

function wayOf(user: object, cluster: object = {}, context: object = {}): unknown {
  const kubeconfig = join(folder, 'kubeconfig');
  const config = {
    clusters: [{ name: 'c', cluster: { server: 'https://api.test:6443', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'prod', context: { cluster: 'c', user: 'u', ...context } }],
    'current-context': 'prod',
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  return JSON.parse(execFileSync(process.execPath, ['-e', program, bundle, kubeconfig]).toString());
}

test('the way names the proxy of the kubeconfig, the program that gives credentials, and the namespace', () => {
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws', args: ['eks'] };
  expect(wayOf({ exec }, { 'proxy-url': 'http://proxy.test:3128' }, { namespace: 'shop' })).toEqual({
    context: 'prod',
    server: 'https://api.test:6443/',
    credentials: 'the program aws',
    proxyUrl: 'http://proxy.test:3128',
    namespace: 'shop',
  });
});

test.each([
  [{ token: 't' }, 'a token'],
  [{ 'client-certificate-data': 'YQ==', 'client-key-data': 'YQ==' }, 'a client certificate'],
  [{ username: 'u', password: 'p' }, 'a password'],
  [{}, 'nothing'],
])('credentials %j are called %s, and are not shown', (user, credentials) => {
  expect(wayOf(user)).toEqual({ context: 'prod', server: 'https://api.test:6443/', credentials });
});
