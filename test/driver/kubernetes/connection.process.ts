/** In a process of its own, from a bundle: under Jest the Kubernetes client takes longer to load than all other tests. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'connection-'));
const bundle = join(folder, 'connection.js');
const kubeconfig = join(folder, 'kubeconfig');
beforeAll(() => {
  buildSync({
    entryPoints: [join(__dirname, '../../../driver/kubernetes/connection.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    logLevel: 'error',
  });
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: 'https://api.test:6443/prefix' } }],
      users: [{ name: 'u', user: { token: 'secret' } }],
      contexts: ['staging', 'production'].map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
      'current-context': 'staging',
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const program = `
  const { openConnection } = require(process.argv[1]);
  const say = (found) => console.log(JSON.stringify(found));
  (async () => {
    const connection = openConnection(JSON.parse(process.argv[2]));
    const options = [{}, {}];
    for (const each of options) await connection.applyToHTTPSOptions(each);
    say({
      server: connection.server.href,
      context: connection.getCurrentContext(),
      authorization: options[0].headers.Authorization,
      sameAgent: options[0].agent === options[1].agent,
    });
  })().catch(({ code, expected, found, fix }) => say({ code, expected, found, fix }));
`;

/** What a process finds with these options and KUBECONFIG, and no other configuration. */
function found(options: object, KUBECONFIG = ''): Record<string, unknown> {
  const env = { PATH: process.env.PATH, HOME: folder, KUBECONFIG };
  const output = execFileSync(process.execPath, ['-e', program, bundle, JSON.stringify(options)], { env });
  return JSON.parse(output.toString()) as Record<string, unknown>;
}

describe('a connection', () => {
  test('is made by KUBECONFIG and its current context, with connections that are kept', () => {
    expect(found({}, kubeconfig)).toEqual({
      server: 'https://api.test:6443/prefix',
      context: 'staging',
      authorization: 'Bearer secret',
      sameAgent: true,
    });
  });

  test('is made by what the options name', () => {
    expect(found({ kubeconfig, context: 'production' })).toMatchObject({ context: 'production' });
  });

  test('to a context that is not there names those that are', () => {
    expect(found({ kubeconfig, context: 'prod' })).toEqual({
      code: 'no-cluster',
      expected: 'one of the contexts staging, production',
      found: 'prod',
      fix: 'set KUBECONFIG, or pass --kubeconfig and --context',
    });
  });

  test('without any configuration is refused, instead of looking for a cluster on this machine', () => {
    expect(found({})).toMatchObject({ code: 'no-cluster', expected: 'a kubeconfig, or the service account of a pod' });
  });

  test('by plain http, which would send a token in the clear, is refused before the first request', () => {
    const plain = join(folder, 'plain');
    writeFileSync(plain, readFileSync(kubeconfig, 'utf8').replace('https://', 'http://'));
    expect(found({ kubeconfig: plain })).toMatchObject({ code: 'no-cluster', found: 'http://api.test:6443/prefix' });
    writeFileSync(plain, readFileSync(kubeconfig, 'utf8').replace('https://', 'no address '));
    expect(found({ kubeconfig: plain })).toMatchObject({
      code: 'no-cluster',
      found: 'no address api.test:6443/prefix',
    });
  });

  test('by a file that is not there, or is none, is refused with its name', () => {
    const missing = join(folder, 'nothing');
    expect(found({ kubeconfig: missing })).toMatchObject({
      code: 'no-cluster',
      found: expect.stringContaining(missing) as string,
    });
    expect(found({}, bundle)).toMatchObject({ code: 'no-cluster' });
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    expect(found({ kubeconfig: empty })).toMatchObject({
      code: 'no-cluster',
      found: 'a file that is empty, or no kubeconfig',
    });
  });
});
