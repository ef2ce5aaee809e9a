/** The edge listener: plain HTTP, or only a redirect of it, and HTTPS when a TLS secret is named. */
import type { Construct } from 'constructs';
import { Gateway, GatewaySpecServersTlsMode, type GatewaySpecServers } from '../imports/networking.istio.io';
import { gatewayPorts, type Release } from '../model';
import { objectMeta } from './manifest';

export interface IngressGatewayProps {
  readonly release: Release;
}

export class IngressGateway extends Gateway {
  constructor(scope: Construct, id: string, { release }: IngressGatewayProps) {
    super(scope, id, {
      metadata: objectMeta(release, release.name),
      spec: { selector: { ...release.gateway.selector }, servers: serversOf(release) },
    });
  }
}

function serversOf({ hosts, gateway }: Release): GatewaySpecServers[] {
  const http = {
    hosts: [...hosts],
    port: { name: 'http', number: gateway.httpPort ?? gatewayPorts.http, protocol: 'HTTP' },
    ...(gateway.httpsRedirect && { tls: { httpsRedirect: true } }),
  };
  if (gateway.tlsSecret === undefined) return [http];
  const https = {
    hosts: [...hosts],
    port: { name: 'https', number: gateway.httpsPort ?? gatewayPorts.https, protocol: 'HTTPS' },
    tls: { mode: GatewaySpecServersTlsMode.SIMPLE, credentialName: gateway.tlsSecret },
  };
  return [http, https];
}
