/** All versions of a service whose pods are described by the operator's YAML. */
import { isDeepStrictEqual } from 'node:util';
import {
  identityOf,
  isClusterScoped,
  mainContainer,
  partsOf,
  problemAt,
  servicePorts,
  textOf,
  withField,
  type ManifestProblem,
  type Placed,
  type WorkloadParts,
} from '../../manifests';
import { labels, selectorLabels, type Manifest, type Release } from '../../model';
import { readObjects, refuse } from './read-objects';
import { shutdownFindings } from './shutdown';
import { versionObjects } from './version-objects';
import { workloadWarnings } from './warnings';

export interface YamlWorkload {
  /** Of all versions, the Service among them. */
  readonly shared: readonly Manifest[];
  /** By the name of the version, in the order to create them. */
  readonly versions: Readonly<Record<string, readonly Manifest[]>>;
  readonly warnings: readonly ManifestProblem[];
  readonly service: Manifest;
}

/** Throws an Error that lists every problem, with its file and line. */
export function yamlWorkload(release: Release): YamlWorkload {
  const files = new Map(release.versions.map(({ workload = '' }) => [workload, readParts(workload, release)]));
  const problems: ManifestProblem[] = [];
  const warnings: ManifestProblem[] = [...files.values()].flatMap((parts) => {
    const main = mainContainer(parts, release.container);
    return 'name' in main ? workloadWarnings(parts, main.name) : [];
  });
  const versions: Record<string, readonly Manifest[]> = {};
  for (const version of release.versions) {
    // It runs already, under its own name.
    if (version.adopted) continue;
    const parts = files.get(version.workload ?? '') as WorkloadParts;
    const made = versionObjects(parts, release, version);
    const deployment = made.objects.find(({ kind }) => kind === 'Deployment');
    const shutdown = deployment && shutdownFindings(parts.deployment, deployment, release);
    problems.push(...made.problems, ...(shutdown?.problems ?? []));
    warnings.push(...(shutdown?.warnings ?? []));
    versions[version.name] = made.objects;
  }
  const { shared, problems: unlike } = sharedBy([...files.values()]);
  refuse(unique([...problems, ...unlike]));
  const [{ service }] = [...files.values()] as [WorkloadParts];
  return {
    shared: shared.map((each) => ofService(each, release)),
    versions,
    warnings: unique(warnings),
    service: service.manifest,
  };
}

function readParts(file: string, release: Release): WorkloadParts {
  const found = partsOf(readObjects(file), release);
  if ('parts' in found) return found.parts;
  refuse(found.problems);
  throw new Error(`no workload in ${file}`);
}

/** Versions may have files of their own. What they share has to be the same in each. */
function sharedBy(files: readonly WorkloadParts[]): { shared: Manifest[]; problems: ManifestProblem[] } {
  const firsts = new Map<string, Placed>();
  const problems: ManifestProblem[] = [];
  for (const each of files.flatMap(({ shared }) => shared)) {
    const first = firsts.get(identityOf(each.manifest)) ?? each;
    firsts.set(identityOf(each.manifest), first);
    if (isDeepStrictEqual(first.manifest, each.manifest)) continue;
    const { kind, metadata } = each.manifest;
    const expected = `the ${kind} ${metadata.name} of ${first.file}:${first.line}, as all versions share it`;
    problems.push(problemAt(each, expected, 'another one', 'make them equal, or give it another name'));
  }
  return { shared: [...firsts.values()].map(({ manifest }) => manifest), problems };
}

/** Everything is as it was written but for the label, and the namespace where none was written. */
function ofService(manifest: Manifest, { name, namespace }: Release): Manifest {
  const { metadata } = manifest;
  const own = { [selectorLabels.app]: name, ...metadata.labels, [labels.service]: name };
  const labelled = { ...metadata, labels: own };
  if (isClusterScoped(manifest) || metadata.namespace !== undefined) return { ...manifest, metadata: labelled };
  return { ...manifest, metadata: withField(labelled, 'namespace', namespace) };
}

function unique(found: readonly ManifestProblem[]): ManifestProblem[] {
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}

const http = /^(http|http2|grpc|grpc-web)(-|$)/;

/** The port to which routes lead that say none: the stated one, the only one, or the first that is HTTP. */
export function portOf({ service }: Pick<YamlWorkload, 'service'>, release: Release): number {
  const ports = servicePorts(service);
  const isHttp = ({ name, appProtocol }: (typeof ports)[number]) =>
    http.test(textOf(name)) || /http|grpc/.test(textOf(appProtocol));
  const found = release.isPortStated
    ? ports.find(({ port }) => port === release.port)
    : ports.length === 1
      ? ports[0]
      : ports.find(isHttp);
  if (typeof found?.port === 'number') return found.port;
  const wanted = release.isPortStated ? `the port ${release.port}` : 'an HTTP port, by its name or appProtocol,';
  const listed = ports.map(({ name, port }) => `${String(name)} ${String(port)}`).join(', ') || 'none';
  throw new Error(`expected ${wanted} of the Service ${release.name}, found ${listed}; name it: port: NUMBER`);
}
