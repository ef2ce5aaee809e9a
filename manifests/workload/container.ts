/** Which container of a pod is the program whose versions are released. */
import { fieldsOf, listOf, specOf, type Fields } from '../manifest';
import { problemAt, type ManifestProblem, type Placed } from '../problem';
import { servicePorts, type WorkloadParts } from './parts';

export function podSpecOf({ manifest }: Placed): Fields {
  return fieldsOf(fieldsOf(specOf(manifest).template).spec);
}

/** Its name; or why it cannot be told. */
export function mainContainer(
  { deployment, service }: Pick<WorkloadParts, 'deployment' | 'service'>,
  wanted: string | undefined,
): { readonly name: string } | ManifestProblem {
  const containers = listOf(podSpecOf(deployment).containers);
  const names = containers.map(({ name }) => String(name));
  const listed = names.join(', ') || 'none';
  if (wanted !== undefined && !names.includes(wanted))
    return problemAt(deployment, `the container ${wanted}`, listed, 'correct container in the release file');
  const behind = containers.filter((container) =>
    servicePorts(service.manifest).some((port) => listens(container, port)),
  );
  const candidates =
    wanted !== undefined ? [wanted] : names.length === 1 ? names : behind.map(({ name }) => String(name));
  const [name, another] = candidates;
  if (name !== undefined && another === undefined) return { name };
  const expected = 'one container that has the ports of the Service';
  return problemAt(
    deployment,
    expected,
    candidates.join(', ') || listed,
    'name it: container: NAME in the release file',
  );
}

function listens(container: Fields, { port, targetPort = port }: Fields): boolean {
  return listOf(container.ports).some(({ name, containerPort }) => targetPort === name || targetPort === containerPort);
}
