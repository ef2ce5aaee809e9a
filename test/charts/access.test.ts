import { releaseManifests, type Manifest } from '../../charts';
import { releaseOf } from '../support/release';

const release = releaseOf({ access: { gatewayNamespace: 'edge', image: 'registry.test/handover:1' } });
const added = releaseManifests(release).filter(({ kind }) => /Role|CronJob/.test(kind) || kind === 'ServiceAccount');

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

const plain = (manifest: Manifest) => JSON.parse(JSON.stringify(manifest)) as Manifest & { rules?: Rule[] };
const granted = added
  .map(plain)
  .flatMap(({ kind, metadata, rules = [] }) =>
    rules.map((rule) => ({ where: kind === 'ClusterRole' ? 'everywhere' : metadata.namespace, ...rule })),
  );
const placesOf = (resource: string, verb: string) =>
  granted
    .filter(({ resources, verbs }) => resources.includes(resource) && verbs.includes(verb))
    .map(({ where }) => where);

describe('access', () => {
  test('is written only when the release file asks for it', () => {
    const kinds = releaseManifests(releaseOf()).map(({ kind }) => kind);
    expect(kinds.filter((kind) => /Role|CronJob/.test(kind))).toEqual([]);
  });

  test('is this and nothing else', () => {
    expect(added.map(plain)).toMatchSnapshot();
  });

  test('has no wildcard, no secrets, and no right to give itself more', () => {
    const words = granted.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    for (const word of ['*', 'secrets', 'roles', 'rolebindings', 'clusterroles', 'clusterrolebindings']) {
      expect(words).not.toContain(word);
    }
    for (const verb of ['bind', 'escalate', 'impersonate', 'deletecollection', 'watch']) {
      expect(words).not.toContain(verb);
    }
    expect(words.filter((word) => /serviceaccounts|exec|attach|ephemeral|nodes/.test(word))).toEqual([]);
  });

  test('outside its namespace changes nothing', () => {
    const outside = granted.filter(({ where }) => where !== release.namespace);
    expect(
      outside.flatMap(({ verbs, resources }) => resources.map((resource) => `${resource}: ${verbs.join()}`)),
    ).toEqual(['pods: get', 'pods/portforward: get,create', 'pods: list']);
  });

  test('reaches the gateways by port-forward, in Kubernetes 1.35 too', () => {
    expect(placesOf('pods/portforward', 'get')).toEqual(['demo-ns', 'edge']);
    expect(placesOf('pods/portforward', 'create')).toEqual(['demo-ns', 'edge']);
    expect(placesOf('pods', 'list')).toContain('everywhere');
  });

  test('reaches the sidecars of all namespaces with mesh: true, and gives nothing else there', () => {
    const inMesh = releaseManifests(releaseOf({ mesh: true, access: { image: 'registry.test/handover:1' } })).map(
      plain,
    );
    const everywhere = inMesh.filter(({ kind }) => kind === 'ClusterRole').flatMap(({ rules = [] }) => rules);
    expect(everywhere.map(({ resources, verbs }) => `${resources.join()}: ${verbs.join()}`)).toEqual([
      'pods: list',
      'pods: get',
      'pods/portforward: get,create',
    ]);
    expect(inMesh.filter(({ kind }) => kind === 'Role').map(({ metadata }) => metadata.namespace)).toEqual(['demo-ns']);
  });

  test('by probes reads no gateway: it lists the Services there, and the job says so', () => {
    const access = { gatewayNamespace: 'edge', evidence: 'probe', image: 'registry.test/handover:1' } as const;
    const manifests = releaseManifests(releaseOf({ access })).map(plain);
    const atEdge = manifests.filter(({ metadata }) => metadata.namespace === 'edge').flatMap(({ rules = [] }) => rules);
    expect(atEdge.map(({ resources, verbs }) => `${resources.join()}: ${verbs.join()}`)).toEqual([
      'pods: get',
      'services: list',
    ]);
    expect(JSON.stringify(manifests.find(({ kind }) => kind === 'CronJob'))).toContain('"--evidence","probe"');
  });

  test('to the route, the subsets and the lock is tied to their names', () => {
    const named = granted.filter(({ resourceNames }) => resourceNames);
    expect(named.map(({ resources, resourceNames }) => [resources, resourceNames])).toEqual([
      [['virtualservices', 'destinationrules'], ['demo']],
      [['leases'], ['handover-demo']],
    ]);
  });

  test('comes with a job that waits to be started, and gets no requests of the service', () => {
    const job = added.map(plain).find(({ kind }) => kind === 'CronJob');
    expect(job?.spec).toMatchObject({ suspend: true, jobTemplate: { spec: { backoffLimit: 0 } } });
    const { template } = (job?.spec as { jobTemplate: { spec: { template: { metadata: { labels: object } } } } })
      .jobTemplate.spec;
    expect(Object.keys(template.metadata.labels)).not.toContain('app');
  });
});
