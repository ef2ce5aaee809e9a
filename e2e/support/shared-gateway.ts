/** A Gateway that its own team runs, in a namespace of its own: HTTPS by its certificate, and HTTP that is only redirected. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tls } from '../load/connections';
import { run } from './command';
import { gatewayAddress, gatewayNamespace, gatewaySelector } from './gateway';
import { Kubectl } from './kubectl';
import type { Trial } from './trial';

export interface SharedGateway {
  /** As a VirtualService names it. */
  readonly reference: string;
  readonly namespace: string;
  readonly tls: Tls;
}

/** Gone with the scenario, its Secret beside the gateways' pods included. */
export async function installSharedGateway(trial: Trial): Promise<SharedGateway> {
  const namespace = `${trial.namespace}-edge`;
  const kubectl = new Kubectl(namespace);
  await kubectl.run('create', 'namespace', namespace);
  trial.atEnd(() => kubectl.run('delete', 'namespace', namespace, '--ignore-not-found', '--wait=false'));
  const tls = await installCertificate(trial);
  await kubectl.apply([gateway(namespace, trial)]);
  return { namespace, reference: `${namespace}/public`, tls };
}

/** In a Secret that is called as the namespace of the trial. */
export async function installCertificate(trial: Trial): Promise<Tls> {
  const certificate = await selfSigned(trial);
  await secretOf(trial, trial.namespace, certificate);
  return { ca: readFileSync(certificate.cert, 'utf8'), serverName: trial.host };
}

interface Certificate {
  readonly cert: string;
  readonly key: string;
}

async function selfSigned({ folder, host }: Trial): Promise<Certificate> {
  const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  // Not the host as its common name: that has room for 64 characters.
  const names = ['-subj', '/CN=e2e', '-addext', `subjectAltName=DNS:${host}`];
  await run('openssl', [...kind, ...names, '-keyout', key, '-out', cert]);
  return { cert, key };
}

/** In the namespace of the pods that serve the Gateway: they read no other. */
async function secretOf(trial: Trial, name: string, { cert, key }: Certificate): Promise<void> {
  const beside = new Kubectl(gatewayNamespace);
  trial.atEnd(() => beside.run('delete', 'secret', name, '--ignore-not-found'));
  await beside.run('create', 'secret', 'tls', name, '--cert', cert, '--key', key);
}

function gateway(namespace: string, { namespace: served, host }: Trial) {
  const [label = '', value = ''] = gatewaySelector.split('=');
  const hosts = [`${served}/${host}`];
  const tls = { mode: 'SIMPLE', credentialName: served };
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public', namespace },
    spec: {
      selector: { [label]: value },
      servers: [
        { hosts, port: { name: 'http', number: 80, protocol: 'HTTP' }, tls: { httpsRedirect: true } },
        { hosts, port: { name: 'https', number: 443, protocol: 'HTTPS' }, tls },
      ],
    },
  };
}

/** Throws unless plain HTTP is redirected to HTTPS, as the Gateway says. */
export async function expectRedirect({ host }: Trial): Promise<void> {
  const answer = ['--output', '/dev/null', '--write-out', '%{http_code} %{redirect_url}'];
  const url = `http://${await gatewayAddress()}/version`;
  const found = await run('curl', ['--silent', ...answer, '--header', `Host: ${host}`, url]);
  const wanted = `301 https://${host}/version`;
  if (found !== wanted) throw new Error(`expected plain HTTP to be answered by ${wanted}, found ${found}`);
}
