/** The edge listener: plain HTTP, and HTTPS when a TLS secret is named. */
import type { Construct } from 'constructs';
import { Gateway, GatewaySpecServersTlsMode, type GatewaySpecServers } from '../imports/networking.istio.io';
import { gatewayPort, type Release } from '../model';
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
  const http = { hosts: [...hosts], port: { name: 'http', number: gatewayPort, protocol: 'HTTP' } };
  if (gateway.tlsSecret === undefined) return [http];
  const https = {
    hosts: [...hosts],
    port: { name: 'https', number: 443, protocol: 'HTTPS' },
    tls: { mode: GatewaySpecServersTlsMode.SIMPLE, credentialName: gateway.tlsSecret },
  };
  return [http, https];
}
