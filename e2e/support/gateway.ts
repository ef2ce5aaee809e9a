/** Where requests enter the mesh. */
import { Kubectl } from './kubectl';

interface Service {
  readonly spec: {
    readonly clusterIP: string;
    readonly ports: readonly { readonly port: number; readonly name: string }[];
  };
  readonly status: { readonly loadBalancer?: { readonly ingress?: readonly { ip?: string; hostname?: string }[] } };
}

/** Of the pods that serve Gateways with the selector `istio: ingressgateway`. */
export const gatewayNamespace = 'istio-system';
export const gatewaySelector = 'istio=ingressgateway';

const usualPort = { http: 80, https: 443 } as const;

/**
 * HOST:PORT of the gateways: what HANDOVER_GATEWAY says (HANDOVER_GATEWAY_HTTPS of HTTPS), else their load balancer, else the
 * Service's own address, which can be reached in the network namespace of e2e/cluster.
 */
export async function gatewayAddress(scheme: 'http' | 'https' = 'http'): Promise<string> {
  const given = process.env[scheme === 'http' ? 'HANDOVER_GATEWAY' : 'HANDOVER_GATEWAY_HTTPS'];
  if (given) return given;
  const { spec, status } = await new Kubectl(gatewayNamespace).get<Service>('service', 'istio-ingressgateway');
  const isMeant = (name: string) => (scheme === 'https' ? name === 'https' : /^http(?!s$)/.test(name));
  const port = spec.ports.find(({ name }) => isMeant(name))?.port ?? usualPort[scheme];
  const outside = status.loadBalancer?.ingress?.[0];
  return `${outside?.ip ?? outside?.hostname ?? spec.clusterIP}:${port}`;
}

interface Published {
  readonly namespace: string;
  readonly host: string;
}

/** Of one's own, called `public`, for plain HTTP. */
export function publicGateway({ namespace, host }: Published, otherHosts: readonly string[] = []) {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public', namespace },
    spec: {
      selector: { istio: 'ingressgateway' },
      servers: [{ hosts: [host, ...otherHosts], port: { name: 'http', number: 80, protocol: 'HTTP' } }],
    },
  };
}
