/** Which of many objects make up the service of one Deployment. Pure: the objects come from a cluster or from files. */
import {
  choosesByLabels,
  fieldsOf,
  isKind,
  isSubset,
  meansHost,
  nameOf,
  podLabelsOf,
  scales,
  servicePorts,
  specOf,
  textOf,
} from '../../manifests';
import { gatewayNamed, serviceHost, type Complaint, type Manifest } from '../../model';

export interface Found {
  readonly deployment: Manifest;
  readonly service: Manifest;
  /** Other Services in front of the same pods. */
  readonly otherServices: readonly Manifest[];
  readonly route: Manifest | undefined;
  readonly rule: Manifest | undefined;
  readonly scaler: Manifest | undefined;
  readonly budget: Manifest | undefined;
  /** By the reference that the route uses, as far as they were found. */
  readonly gateways: readonly Manifest[];
  readonly unrelated: readonly Manifest[];
}

export interface Wanted {
  readonly namespace: string;
  /** Of the Deployment; undefined: the only one. */
  readonly name: string | undefined;
  /** Of the Service, where several select the pods. */
  readonly service: string | undefined;
}

const istio = 'networking.istio.io';

/** All problems at once, as far as they can be seen. */
export function findService(
  objects: readonly Manifest[],
  wanted: Wanted,
): { readonly found: Found } | { readonly problems: readonly Complaint[] } {
  const here = objects.filter(({ metadata }) => (metadata.namespace ?? wanted.namespace) === wanted.namespace);
  const those = (kind: string, group: string) => here.filter((each) => isKind(each, kind, group));
  const deployment = chosenDeployment(objects, those('Deployment', 'apps'), wanted);
  if ('problem' in deployment) return { problems: [deployment.problem] };
  const labels = podLabelsOf(deployment.one);
  const selecting = those('Service', '').filter((each) => isSubset(fieldsOf(specOf(each).selector), labels));
  const routed = routedServices(selecting, objects, wanted.namespace);
  const service = chosenService(deployment.one, selecting, routed, wanted.service);
  if ('problem' in service) return { problems: [service.problem] };
  const host = serviceHost(service.one.metadata.name, wanted.namespace);
  const routes = objects.filter((each) => isKind(each, 'VirtualService', istio) && leadsTo(each, host));
  const rules = those('DestinationRule', istio).filter((each) =>
    meansHost(specOf(each).host, host, each.metadata.namespace ?? wanted.namespace),
  );
  const scalers = here.filter((each) => scales(each, deployment.one));
  const budgets = those('PodDisruptionBudget', 'policy').filter((each) => choosesByLabels(each, labels));
  const merge = 'merge them into one, or give the one to take with -f';
  const problems = [
    ...several(`VirtualService with routes to ${host}`, routes, merge),
    ...several(`DestinationRule for ${host}`, rules, merge),
    ...several(`object that scales ${nameOf(deployment.one)}`, scalers, 'keep one: they fight each other'),
    ...several('PodDisruptionBudget of its pods', budgets, 'keep one: Kubernetes evicts no pod that has two'),
    ...elsewhere(routes, wanted.namespace),
  ];
  if (problems.length > 0) return { problems };
  const taken = [deployment.one, ...selecting, ...routes, ...rules, ...scalers, ...budgets];
  const gateways = gatewaysOf(routes[0], objects, wanted.namespace);
  return {
    found: {
      deployment: deployment.one,
      service: service.one,
      otherServices: selecting.filter((each) => each !== service.one),
      route: routes[0],
      rule: rules[0],
      scaler: scalers[0],
      budget: budgets[0],
      gateways,
      unrelated: objects.filter((each) => !taken.includes(each) && !gateways.includes(each)),
    },
  };
}

type One = { readonly one: Manifest } | { readonly problem: Complaint };

function one(what: string, candidates: readonly Manifest[], fix: string): One {
  const [first, second] = candidates;
  if (first && !second) return { one: first };
  return { problem: { expected: `one ${what}`, found: namesOf(candidates), fix } };
}

/** What is there instead is named: of another name, or in another namespace. */
function chosenDeployment(objects: readonly Manifest[], here: readonly Manifest[], { name, namespace }: Wanted): One {
  const candidates = here.filter(({ metadata }) => metadata.name === (name ?? metadata.name));
  if (candidates.length > 0) return one('Deployment', candidates, 'name it: handover import deployment/NAME');
  const all = objects.filter((each) => isKind(each, 'Deployment', 'apps'));
  const found = all.map((each) => `${nameOf(each)} in ${each.metadata.namespace ?? namespace}`).join(', ') || 'none';
  const expected = `Deployment${name === undefined ? '' : `/${name}`} in the namespace ${namespace}`;
  const fix = all.length > 0 ? 'correct the name, or -n' : 'handover releases Deployments, and nothing else';
  return { problem: { expected, found, fix } };
}

function several(what: string, found: readonly Manifest[], fix: string): Complaint[] {
  return found.length < 2 ? [] : [{ expected: `one ${what}`, found: namesOf(found), fix }];
}

function namesOf(objects: readonly Manifest[]): string {
  return objects.map(nameOf).join(', ') || 'none';
}

function chosenService(
  deployment: Manifest,
  selecting: readonly Manifest[],
  routed: readonly Manifest[],
  wanted: string | undefined,
): One {
  const what = `Service that selects the pods of ${nameOf(deployment)}`;
  if (wanted !== undefined)
    return one(
      `${what}, called ${wanted}`,
      selecting.filter(({ metadata }) => metadata.name === wanted),
      'correct --service',
    );
  const fix = selecting.length === 0 ? 'make one: routes lead to a Service' : 'say which one: --service NAME';
  return one(what, routed.length > 0 ? routed : selecting, fix);
}

/** Those of them to which a VirtualService leads. */
function routedServices(services: readonly Manifest[], objects: readonly Manifest[], namespace: string): Manifest[] {
  const routes = objects.filter((each) => isKind(each, 'VirtualService', istio));
  return services.filter(({ metadata }) => routes.some((each) => leadsTo(each, serviceHost(metadata.name, namespace))));
}

/** In HTTP, TCP and TLS routes, and mirrors: wherever a destination has a host. */
function leadsTo(virtualService: Manifest, host: string): boolean {
  const names = (part: unknown): boolean => {
    if (Array.isArray(part)) return part.some(names);
    return Object.entries(fieldsOf(part)).some(
      ([key, value]) => (key === 'host' && meansHost(value, host, virtualService.metadata.namespace)) || names(value),
    );
  };
  return names(virtualService.spec);
}

function elsewhere(routes: readonly Manifest[], namespace: string): Complaint[] {
  return routes
    .filter(({ metadata }) => (metadata.namespace ?? namespace) !== namespace)
    .map((each) => ({
      expected: `the ${nameOf(each)} in the namespace of the service, ${namespace}`,
      found: String(each.metadata.namespace),
      fix: 'move it there: a driver edits nothing of other namespaces',
    }));
}

function gatewaysOf(route: Manifest | undefined, objects: readonly Manifest[], namespace: string): Manifest[] {
  const { gateways } = route ? specOf(route) : {};
  const references = Array.isArray(gateways) ? gateways.map(String) : [];
  return references.flatMap((reference) => {
    const wanted = gatewayNamed(reference, namespace);
    const isIt = ({ metadata }: Manifest) =>
      metadata.name === wanted.name && (metadata.namespace ?? namespace) === wanted.namespace;
    return objects.filter((each) => isKind(each, 'Gateway', istio) && isIt(each));
  });
}

/** All but those that say another protocol. Of a port that says nothing, Istio guesses. */
export function portsThatMayBeHttp(service: Manifest) {
  return servicePorts(service).filter(({ name, appProtocol, protocol }) => {
    const said = typeof appProtocol === 'string' ? appProtocol : textOf(name).split('-')[0];
    return protocol !== 'UDP' && !['tcp', 'tls', 'https', 'mongo', 'mysql', 'redis', 'udp'].includes(said ?? '');
  });
}
