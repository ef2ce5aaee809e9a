/** Routes to a port that the Service does not have: Istio answers each of their requests with 503. */
import { meansHost } from './hosts';
import { fieldsOf, listOf, specOf } from './manifest';
import { problemAt, type ManifestProblem, type Placed } from './problem';
import { destinationsOf } from './routes';

/** `host` is the FQDN of the Service. A destination without a port means the only one of the Service. */
export function portProblems(virtualService: Placed, service: Placed, host: string): ManifestProblem[] {
  const ports = listOf(specOf(service.manifest).ports).map(({ port }) => port);
  const { manifest } = virtualService;
  const routed = listOf(specOf(manifest).http)
    .flatMap(destinationsOf)
    .filter((each) => meansHost(each.host, host, manifest.metadata.namespace))
    .map(({ port }) => fieldsOf(port).number)
    .filter((port) => port !== undefined && !ports.includes(port));
  return [...new Set(routed)].map((port) =>
    problemAt(
      virtualService,
      `routes to ports that the Service has, ${ports.join(', ')}`,
      `one to ${JSON.stringify(port)}`,
      'correct the port of the destination, or add it to the Service',
    ),
  );
}
