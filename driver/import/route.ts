/** The VirtualService with routes that handover splits: without subsets, weights and destinations that get nothing. */
import {
  fieldsOf,
  isSubset,
  listOf,
  meansHost,
  nameOf,
  podLabelsOf,
  specOf,
  textOf,
  withField,
  type Fields,
} from '../../manifests';
import { meshGateway, serviceHost, subsetName, type Complaint, type Manifest } from '../../model';
import { cleaned, ownerOf } from './clean';
import type { Found } from './find';
import { danger, left, taken, type Made, type Note } from './note';

export interface Routes {
  readonly virtualService: Manifest;
  /** Which its routes named for the pods that run. A version of this name moves nothing. */
  readonly subset: string | undefined;
}

export function routeOf(found: Found, live: Manifest, namespace: string): Made<Routes> {
  const { name } = found.service.metadata;
  const host = serviceHost(name, namespace);
  const isKept = live.metadata.name === name;
  const { object, notes } = cleaned(live, isKept);
  const http = listOf(specOf(object).http).map((route, index) => splitRoute(route, index, host, found, namespace));
  const subsets = [...new Set(http.flatMap(({ subset }) => subset ?? []))];
  return {
    made: {
      virtualService: { ...object, spec: { ...specOf(object), http: http.map(({ route }) => route) } },
      subset: subsets[0],
    },
    notes: [
      taken(nameOf(live), isKept ? 'its routes to the Service get the weights' : `it becomes VirtualService/${name}`),
      ...notes,
      ...(isKept ? ownerNotes(live) : [danger(nameOf(live), renamed(live, name))]),
      ...http.flatMap((each) => each.notes),
    ],
    problems: [...http.flatMap((each) => each.problems), ...severalSubsets(subsets), ...delegated(live)],
  };
}

function renamed({ metadata }: Manifest, name: string): string {
  const found = 'handover finds it by the name of the Service, so a second one is made';
  return `${found}; delete VirtualService ${metadata.name} once ${name} is there and equal, and never before`;
}

function ownerNotes(live: Manifest): Note[] {
  const owner = ownerOf(live);
  if (owner === undefined) return [];
  return [
    danger(nameOf(live), `${owner} writes it, too, and would take weights back in a release: see docs/gitops.md`),
  ];
}

function delegated(live: Manifest): Complaint[] {
  const { hosts } = specOf(live);
  if (Array.isArray(hosts) && hosts.length > 0) return [];
  return [
    {
      expected: `hosts of ${nameOf(live)}`,
      found: 'none, as it is a delegate',
      fix: 'put its routes into the VirtualService that has the hosts',
    },
  ];
}

function severalSubsets(subsets: readonly string[]): Complaint[] {
  if (subsets.length < 2) return [];
  return [
    {
      expected: 'one subset of the Deployment in all routes',
      found: subsets.join(', '),
      fix: 'let all routes name the same one',
    },
  ];
}

interface Split {
  readonly route: Fields;
  readonly subset?: string;
  readonly notes: readonly Note[];
  readonly problems: readonly Complaint[];
}

function splitRoute(route: Fields, index: number, host: string, found: Found, namespace: string): Split {
  const where = `route ${typeof route.name === 'string' ? route.name : `number ${index + 1}`}`;
  const isOwn = (part: unknown) => meansHost(fieldsOf(part).host, host, namespace);
  const mirrors = [route.mirror, ...listOf(route.mirrors).map(({ destination }) => destination)];
  const problems: Complaint[] = mirrors
    .filter((mirror) => isOwn(mirror) && fieldsOf(mirror).subset !== undefined)
    .map(() => ({
      expected: `a mirror of ${where} to the whole Service`,
      found: 'one to a subset',
      fix: 'leave its subset out, or the mirror',
    }));
  const entries = listOf(route.route);
  if (!entries.some(({ destination }) => isOwn(destination))) return { route, notes: [], problems };
  const used =
    entries.length === 1 ? entries : entries.filter(({ weight }) => typeof weight === 'number' && weight > 0);
  const unused = entries.filter((entry) => !used.includes(entry));
  const notes = unused.map(({ destination }) => left(`${where} to ${describe(destination)}`, 'its weight is 0'));
  const [entry, another] = used;
  if (!entry || another) {
    const fix = 'end the release that is under way there, so that one destination has it all; then import again';
    problems.push({
      expected: `one destination of ${where}`,
      found: used.map(({ destination }) => describe(destination)).join(', ') || 'none with a weight',
      fix,
    });
    return { route, notes, problems };
  }
  if (!isOwn(entry.destination)) return { route, notes: [], problems };
  return {
    ...withoutSubset(route, entry, where, found, notes),
    problems: [...problems, ...foreignSubset(entry, where, found)],
  };
}

function withoutSubset(
  route: Fields,
  entry: Fields,
  where: string,
  found: Found,
  notes: readonly Note[],
): Omit<Split, 'problems'> {
  const { subset } = fieldsOf(entry.destination);
  const destination = withField(fieldsOf(entry.destination), 'subset', undefined);
  const plain = withField(withField(entry, 'weight', undefined), 'destination', destination);
  const split = { ...route, route: [plain] };
  if (typeof subset !== 'string' || foreignSubset(entry, where, found).length > 0) return { route: split, notes };
  return { route: split, subset, notes: [...notes, taken(`${where} subset ${subset}`, 'as the version of this name')] };
}

/** Of another Deployment's pods, or of nobody's. */
function foreignSubset({ destination }: Fields, where: string, { rule, deployment }: Found): Complaint[] {
  const { subset } = fieldsOf(destination);
  if (typeof subset !== 'string') return [];
  const known = rule && listOf(specOf(rule).subsets).find(({ name }) => name === subset);
  const expected = `a subset of the pods of ${nameOf(deployment)} in ${where}`;
  if (!known) return [{ expected, found: `${subset}, which no DestinationRule has`, fix: 'correct the route' }];
  if (!isSubset(fieldsOf(known.labels), podLabelsOf(deployment)))
    return [
      {
        expected,
        found: `${subset}, of other pods`,
        fix: 'import the Deployment that carries the traffic, and route to it alone',
      },
    ];
  if (subsetName(subset) === subset) return [];
  return [
    { expected: `a subset named by lower-case letters, digits and "-" in ${where}`, found: subset, fix: 'rename it' },
  ];
}

function describe(destination: unknown): string {
  const { host, subset } = fieldsOf(destination);
  return [textOf(host), ...(subset === undefined ? [] : [`subset ${textOf(subset)}`])].join(' ');
}

/** For a service without a VirtualService and with several ports: each port keeps leading to itself. */
export function routePerPort(name: string, namespace: string, ports: readonly number[]): Manifest {
  const host = serviceHost(name, namespace);
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name },
    spec: {
      hosts: [host],
      gateways: [meshGateway],
      http: ports.map((port) => ({
        name: `port-${port}`,
        match: [{ port }],
        route: [{ destination: { host, port: { number: port } } }],
      })),
    },
  };
}
