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

/**
 * HOST:PORT of the gateways: what HANDOVER_GATEWAY says, else their load balancer, else the Service's own address, which
 * can be reached in the network namespace of e2e/cluster.
 */
export async function gatewayAddress(): Promise<string> {
  const given = process.env['HANDOVER_GATEWAY'];
  if (given) return given;
  const { spec, status } = await new Kubectl(gatewayNamespace).get<Service>('service', 'istio-ingressgateway');
  const port = spec.ports.find(({ name }) => name.startsWith('http') && name !== 'https')?.port ?? 80;
  const outside = status.loadBalancer?.ingress?.[0];
  return `${outside?.ip ?? outside?.hostname ?? spec.clusterIP}:${port}`;
}
