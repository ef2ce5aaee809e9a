/** The objects of one service that a release reads or edits: Service, DestinationRule and VirtualService. */
import { labels, serviceHost, type Manifest } from '../model';
import { meansHost } from './hosts';
import { isKind } from './kinds';
import { specOf } from './manifest';
import { problemAt, type ManifestProblem, type Placed } from './problem';
import { namedSubsets } from './routes';

export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

export interface ServiceObjects {
  /** FQDN, with the domain that the DestinationRule names. */
  readonly host: string;
  readonly service: Placed;
  readonly destinationRule: Placed;
  readonly virtualService: Placed;
}

/** Those that there is exactly one of, and problems for the others. */
export interface FoundObjects extends Partial<ServiceObjects> {
  readonly host: string;
  readonly problems: readonly ManifestProblem[];
}

export function isOfService({ metadata }: Manifest, { name }: ServiceName): boolean {
  return metadata.labels?.[labels.service] === name;
}

export function isIstio(manifest: Manifest, kind: string): boolean {
  return isKind(manifest, kind, 'networking.istio.io');
}

/** `placed` holds at least one manifest. */
export function findObjects(placed: readonly Placed[], service: ServiceName): FoundObjects {
  const problems: ManifestProblem[] = [];
  const theOne = (what: string, candidates: readonly Placed[]): Placed | undefined => {
    const [first, second] = candidates;
    problems.push(...notOne(what, first, second, placed[0]), ...(first ? ownerProblems(first, service) : []));
    return second ? undefined : first;
  };
  const those = (test: (manifest: Manifest) => boolean) => placed.filter(({ manifest }) => test(manifest));
  const rules = those((each) => isIstio(each, 'DestinationRule') && isRuleOf(each, service));
  const host = rules.map(({ manifest }) => String(specOf(manifest).host)).find(isFull(service)) ?? defaultHost(service);
  const routing = those((each) => isIstio(each, 'VirtualService') && namedSubsets(each, host).length > 0);
  return {
    host,
    service: theOne(
      `Service ${service.name}`,
      those((each) => isServiceOf(each, service)),
    ),
    destinationRule: theOne(`DestinationRule for ${host}`, rules),
    virtualService: theOne(`VirtualService that names subsets of ${host}`, routing),
    problems,
  };
}

function isServiceOf(manifest: Manifest, { namespace, name }: ServiceName): boolean {
  const { metadata } = manifest;
  return isKind(manifest, 'Service', '') && metadata.name === name && metadata.namespace === namespace;
}

function isRuleOf(manifest: Manifest, service: ServiceName): boolean {
  const { host } = specOf(manifest);
  return meansHost(host, defaultHost(service), manifest.metadata.namespace) || isFull(service)(host);
}

function defaultHost({ name, namespace }: ServiceName): string {
  return serviceHost(name, namespace);
}

/** With a domain at the end, which need not be cluster.local. */
function isFull({ name, namespace }: ServiceName) {
  return (host: unknown): host is string => typeof host === 'string' && host.startsWith(`${name}.${namespace}.svc.`);
}

function notOne(what: string, first?: Placed, second?: Placed, otherwise?: Placed): ManifestProblem[] {
  if (first && !second) return [];
  const place = second ?? otherwise ?? { file: 'manifests', line: 1 };
  const found = first ? `another in ${first.file}:${first.line}` : 'none';
  return [problemAt(place, `one ${what}`, found, first ? 'merge the two' : 'add it to the manifests')];
}

/** Only what is labelled as this service's is edited. */
function ownerProblems(placed: Placed, service: ServiceName): ManifestProblem[] {
  const { kind, metadata } = placed.manifest;
  const foundLabel = metadata.labels?.[labels.service] ?? 'none';
  const foundNamespace = metadata.namespace ?? 'none';
  const what = `of ${kind} ${metadata.name}`;
  const unlabelled = problemAt(placed, `label ${labels.service} ${what}`, foundLabel, `set it to ${service.name}`);
  const elsewhere = problemAt(placed, `namespace ${what}`, foundNamespace, `set it to ${service.namespace}`);
  // The driver, and an operator who has no file, find the objects by the name of the service.
  const renamed = problemAt(
    placed,
    `the ${kind} to have the name of the service`,
    metadata.name,
    `call it ${service.name}`,
  );
  return [
    ...(metadata.name === service.name ? [] : [renamed]),
    ...(foundLabel === service.name ? [] : [unlabelled]),
    ...(foundNamespace === service.namespace ? [] : [elsewhere]),
  ];
}
