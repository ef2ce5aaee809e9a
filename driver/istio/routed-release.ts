/**
 * A release with what its VirtualService says: by which hosts, gateways and ports of the Service requests come, and which routes
 * share the weights. The release file need not say it a second time.
 */
import { orUnsupported, routingOf, type ServiceShape } from '../../manifests';
import { meshGateway, Refusal, serviceHost, type Manifest, type Release } from '../../model';

/** Routes that cannot be told leave the release as it is: the look holds, and says so. */
export function routedBy(release: Release, virtualService: Manifest, servicePorts: readonly number[] = []): Release {
  const host = serviceHost(release.name, release.namespace);
  const routing = orUnsupported(() => routingOf(virtualService, host));
  if (routing instanceof Refusal) return release;
  const { hosts, gateways, splitRoutes } = routing;
  const [only, another] = servicePorts;
  // A destination without a port means the only one of the Service.
  const said = routing.ports.length > 0 ? routing.ports : only !== undefined && another === undefined ? [only] : [];
  const ports = said.length > 0 ? said : release.ports;
  const known = { ...release, ports, splitRoutes };
  // What the file says itself is compared with the VirtualService, and not replaced by it.
  return release.route === undefined
    ? known
    : { ...known, hosts: [...hosts], gateways, mesh: gateways.includes(meshGateway) };
}

/** As synth wrote it, with the pods that its Deployments ask for. */
export function asSynthesized(release: Release, shape: ServiceShape): Release {
  const routed = routedBy(release, shape.virtualService, shape.servicePorts);
  const versions = routed.versions.map((version) => {
    if (version.workload === undefined) return version;
    return { ...version, replicas: shape.versions[version.name]?.pods ?? version.replicas };
  });
  return { ...routed, versions };
}
