/** From the objects of a service to the files of a release: pure. What cannot be expressed is refused, all of it at once. */
import { fieldsOf, nameOf, specOf } from '../../manifests';
import { isPinned, versionedName, type Manifest } from '../../model';
import { adoptionNotes, adoptionOf } from './adoption';
import { cleaned } from './clean';
import { containerOf, ownedProblems, versionLabelOf, type Container } from './deployment';
import { documents } from './documents';
import { dangersOf, referenceNotes, type Running } from './dangers';
import { findService, portsThatMayBeHttp, type Found, type Wanted } from './find';
import { cannotImport, danger, left, taken, type Made, type Note } from './note';
import { podsOf, refusesSidecar } from './pods';
import { policyOf, type Policy } from './policy';
import { releaseTextOf } from './release-text';
import { secretNotes } from './secrets';
import { routeOf, routePerPort, type Routes } from './route';
import { serviceOf } from './service';

export interface ImportedFile {
  /** Relative to the folder that is written to. */
  readonly path: string;
  readonly text: string;
}

export interface ImportedService {
  readonly files: readonly ImportedFile[];
  readonly notes: readonly Note[];
  /** The Deployment that runs is the first version. */
  readonly isAdopted: boolean;
}

/**
 * Throws a Refusal `import`. `origin` names what is imported, for people; `running` is what is known of its pods. `isCopied`: the first
 * version is a second Deployment, also where the one that runs could be adopted.
 */
export function importService(
  objects: readonly Manifest[],
  wanted: Wanted,
  origin: string,
  running: Running | undefined,
  isCopied = true,
): ImportedService {
  const result = findService(objects, wanted);
  if ('problems' in result) throw cannotImport(origin, result.problems);
  const parts = partsOf(result.found, wanted.namespace, running, isCopied);
  const { made } = parts;
  if (parts.problems.length > 0 || 'problem' in parts.container) throw cannotImport(origin, parts.problems);
  const release = releaseText(parts, parts.container, wanted.namespace, origin);
  const { name } = made.service.metadata;
  return {
    files: [
      { path: 'release.yaml', text: release },
      { path: workloadPath(name), text: documents([made.deployment, made.service, ...made.others]) },
      ...(made.virtualService ? [{ path: routePath(name), text: documents([made.virtualService]) }] : []),
    ],
    isAdopted: parts.adopted !== undefined,
    notes: [...parts.notes, ...dangersOf(result.found, { ...parts, image: parts.container.image, running })],
  };
}

const workloadPath = (name: string) => `k8s/${name}.yaml`;
const routePath = (name: string) => `k8s/${name}-route.yaml`;

type Parts = ReturnType<typeof partsOf>;

function partsOf(found: Found, namespace: string, running: Running | undefined, isCopied: boolean) {
  const { name } = found.service.metadata;
  const routed = found.route && routeOf(found, found.route, namespace);
  const adopted = isCopied ? undefined : adoptionOf(found);
  const routing: Made<Routing> = routed ?? newRouting(found, namespace, adopted !== undefined);
  const version = routing.made.subset ?? versionLabelOf(found.deployment) ?? 'v1';
  const becomes = versionedName(name, version);
  const isWithoutSidecar = refusesSidecar(found.deployment) || hasNoSidecar(running);
  const pods = podsOf(found.deployment, {
    isScaled: found.scaler !== undefined,
    isWithoutSidecar,
    becomes,
    isAdopted: adopted !== undefined,
  });
  const service = serviceOf(found.service, found.route !== undefined);
  const policy = found.rule ? policyOf(found.rule, name) : noPolicy;
  const container = containerOf(found);
  const others = othersOf(found);
  const gatewaySelector = found.gateways.map((each) => fieldsOf(specOf(each).selector) as Record<string, string>)[0];
  const parts = [pods, service, others, routing, policy];
  return {
    version,
    becomes,
    adopted,
    isWithoutSidecar,
    container,
    made: {
      ...pods.made,
      ...policy.made,
      ...routing.made,
      service: service.made,
      others: others.made,
      gatewaySelector,
    },
    notes: [
      ...adoptionNotes(found, adopted, version),
      ...parts.flatMap(({ notes }) => notes),
      ...furtherNotes(found, running),
      ...referenceNotes(found),
      ...secretNotes(found.deployment),
    ],
    problems: [
      ...parts.flatMap(({ problems }) => problems),
      ...ownedProblems(found),
      ...('problem' in container ? [container.problem] : []),
    ],
  };
}

const noPolicy: Made<Policy> = { made: { fields: {}, timings: {} }, notes: [], problems: [] };

type Routing = Partial<Routes> & { readonly port?: number };

/** Of a service that nobody publishes: sidecars alone follow what is made. */
function newRouting(found: Found, namespace: string, isAdopted: boolean): Made<Routing> {
  const ports = portsThatMayBeHttp(found.service).map(({ port }) => Number(port));
  const [port, another] = ports;
  const { name } = found.service.metadata;
  return {
    // What leads to the whole Service can be applied before anything else.
    made: !isAdopted && another === undefined ? { port } : { virtualService: routePerPort(name, namespace, ports) },
    notes: [danger(nameOf(found.service), withoutRoute(ports))],
    problems: [],
  };
}

/** What scales the Deployment, and the budget of its pods. */
function othersOf({ scaler, budget }: Found): Made<readonly Manifest[]> {
  const ofVersion = [scaler, budget].filter((each) => each !== undefined);
  const cleanedOnes = ofVersion.map((each) => cleaned(each, false));
  return {
    made: cleanedOnes.map(({ object }) => object),
    notes: [
      ...ofVersion.map((each) => taken(nameOf(each), 'each version has its own')),
      ...cleanedOnes.flatMap(({ notes }) => notes),
    ],
    problems: [],
  };
}

function furtherNotes({ gateways, unrelated }: Found, running: Running | undefined): Note[] {
  return [
    ...gateways.map((each) => taken(`${nameOf(each)} spec.selector`, 'as gateway.selector; the Gateway stays')),
    // A cluster has other people's objects, too. In files somebody has put them together.
    ...(running ? [] : unrelated.map((each) => left(nameOf(each), 'it is no part of what is released'))),
  ];
}

function releaseText(
  { made, version, adopted, isWithoutSidecar }: Parts,
  { name: container, image, isOnly }: Container,
  namespace: string,
  origin: string,
): string {
  const { name } = made.service.metadata;
  const { shutdownDelay } = made;
  const fields = {
    name,
    namespace,
    version,
    image,
    adopted,
    workload: workloadPath(name),
    route: made.virtualService && routePath(name),
    container: isOnly ? undefined : container,
    port: made.port,
    gatewaySelector: made.gatewaySelector,
    isCountedAtProxies: isWithoutSidecar,
    isUnpinned: !adopted && !isPinned(image),
    timings: { ...made.timings, ...(shutdownDelay !== undefined && { shutdownDelay: `${shutdownDelay}s` }) },
    policy: made.fields,
  };
  return releaseTextOf(fields, origin);
}

function hasNoSidecar(running: Running | undefined): boolean {
  return running !== undefined && running.pods > 0 && running.sidecars === 0;
}

function withoutRoute(ports: readonly number[]): string {
  const [which, publish] =
    ports.length > 1
      ? [`one for its ports ${ports.join(', ')} is made`, 'say its hosts and gateways in that file']
      : ['one is made', 'write hosts in place of gateways in release.yaml'];
  return `it has no VirtualService; ${which} that clients with a sidecar follow. To publish the service, ${publish}`;
}
