/** The Service in front of the pods: it stays as it is, so it has to fit all versions. */
import { fieldsOf, nameOf, servicePorts, specOf, withField, type Fields } from '../../manifests';
import { selectorLabels, type Complaint, type Manifest } from '../../model';
import { cleaned } from './clean';
import { portsThatMayBeHttp } from './find';
import { left, taken, type Made, type Note } from './note';

/** `isRouted`: a VirtualService says which of its ports get weights. */
export function serviceOf(live: Manifest, isRouted: boolean): Made<Manifest> {
  const { object, notes } = withoutAddresses(live);
  return {
    made: object,
    notes: [taken(nameOf(live), 'it stays, under its name; all versions are behind it'), ...notes],
    problems: [
      ...serviceProblems(live),
      ...(isRouted || portsThatMayBeHttp(live).length > 0 ? [] : [noHttpPort(live)]),
    ],
  };
}

/** The labels app and version belong to a release: app has the name of the service, version that of the version. */
function serviceProblems(service: Manifest): Complaint[] {
  const { name } = service.metadata;
  const { selector, clusterIP } = specOf(service);
  const { [selectorLabels.app]: app = name, [selectorLabels.version]: version } = fieldsOf(selector);
  const otherwise =
    'give its pods another label, such as app.kubernetes.io/name, let the Service select by that one, then import again';
  return [
    ...(app === name
      ? []
      : [
          {
            expected: `${nameOf(service)} to select by app: ${name}, or not by app`,
            found: `app: ${JSON.stringify(app)}`,
            fix: otherwise,
          },
        ]),
    ...(version === undefined
      ? []
      : [
          {
            expected: `${nameOf(service)} to select the pods of all versions`,
            found: `version: ${JSON.stringify(version)}`,
            fix: 'take version out of its selector, then import again',
          },
        ]),
    ...(clusterIP === 'None'
      ? [
          {
            expected: `${nameOf(service)} to have an address`,
            found: 'clusterIP: None',
            fix: 'make another Service for the same pods, and name it: --service NAME',
          },
        ]
      : []),
    ...(servicePorts(service).length > 0
      ? []
      : [{ expected: `ports of ${nameOf(service)}`, found: 'none', fix: 'add them' }]),
  ];
}

function noHttpPort(service: Manifest): Complaint {
  const found =
    servicePorts(service)
      .map(({ name, port }) => `${String(name)} ${String(port)}`)
      .join(', ') || 'none';
  return {
    expected: `a port of ${nameOf(service)} that may be HTTP`,
    found,
    fix: 'weights are of HTTP requests: correct its name or appProtocol',
  };
}

/** Addresses that the cluster gave are no wish of anybody's; one that was asked for is in what kubectl applied. */
function withoutAddresses(live: Manifest): { object: Manifest; notes: readonly Note[] } {
  const { object, notes } = cleaned(live, true);
  if (!('uid' in live.metadata)) return { object, notes };
  const asked = fieldsOf(fieldsOf(lastApplied(live)).spec);
  const given = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'healthCheckNodePort'];
  const dropped = given.filter((key) => key in specOf(live) && !(key in asked));
  const spec = dropped.reduce<Fields>((rest, key) => withField(rest, key, undefined), specOf(object));
  return {
    object: { ...object, spec },
    notes: [...notes, left(`${nameOf(live)} ${dropped.join(', ')}`, 'the cluster gave them')],
  };
}

function lastApplied({ metadata }: Manifest): unknown {
  try {
    return JSON.parse(metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '{}') as unknown;
  } catch {
    return {};
  }
}
