import { App } from 'cdk8s';
import { stringify } from 'yaml';
import { releaseCharts, releaseManifests, serviceManifests } from '../../charts';
import { exitCodes, type Manifest } from '../../model';
import { chartsSynth } from '../support/charts-synth';
import { releaseOf, releaseText } from '../support/release';
import { simulatedIo } from '../support/simulated-io';

const release = releaseOf({ access: { gatewayNamespace: 'edge', image: 'registry.test/handover:1' } });
const added = releaseManifests(release).filter(({ kind }) => /Role|CronJob/.test(kind) || kind === 'ServiceAccount');

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

type Granting = Manifest & {
  readonly rules?: readonly Rule[];
  readonly roleRef?: Readonly<Record<string, string>>;
  readonly subjects?: readonly Readonly<Record<string, string>>[];
  readonly automountServiceAccountToken?: boolean;
};
const plain = (manifest: Manifest) => JSON.parse(JSON.stringify(manifest)) as Granting;

/** One line an object, and one a rule: `  apps/deployments: get, list`. */
function summary({ kind, metadata, rules, roleRef, subjects, automountServiceAccountToken }: Granting): string[] {
  const name = `${kind} ${metadata.namespace ?? 'everywhere'}/${metadata.name}`;
  if (rules) return [name, ...rules.map(describeRule)];
  if (roleRef)
    return [
      name,
      `  ${Object.values(roleRef).join(' ')} → ${subjects?.map((subject) => Object.values(subject).join(' ')).join()}`,
    ];
  return [kind === 'ServiceAccount' ? `${name} automount: ${automountServiceAccountToken}` : name];
}

function describeRule({ apiGroups, resources, resourceNames, verbs }: Rule): string {
  const names = resourceNames ? ` named ${resourceNames.join(', ')}` : '';
  return `  ${apiGroups.map((group) => group || 'core').join()}/${resources.join(', ')}${names}: ${verbs.join(', ')}`;
}

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
    expect(added.map(plain).flatMap(summary).join('\n')).toMatchSnapshot();
  });

  test('is no part of the service, so that a driver never creates its own rights', () => {
    const own = added.filter(({ kind, metadata }) => kind !== 'ServiceAccount' || metadata.name !== 'demo');
    expect(own.map(({ metadata }) => metadata.labels)).toEqual(own.map(() => ({ app: 'demo' })));
  });

  test('has this job', () => {
    expect(stringify(jobOf(added).spec)).toMatchSnapshot();
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
    ).toEqual([
      'pods: get',
      'pods/portforward: get,create',
      'pods: list',
      'virtualservices: list',
      'destinationrules: list',
      'gateways: get',
    ]);
  });

  test('reaches the gateways by port-forward, in Kubernetes 1.35 too', () => {
    expect(placesOf('pods/portforward', 'get')).toEqual(['demo-ns', 'edge']);
    expect(placesOf('pods/portforward', 'create')).toEqual(['demo-ns', 'edge']);
    expect(placesOf('pods', 'list')).toContain('everywhere');
  });

  test('reaches the sidecars of all namespaces with the mesh among the gateways, and gives nothing else there', () => {
    const inMesh = releaseManifests(
      releaseOf({ gateways: ['own', 'mesh'], access: { image: 'registry.test/handover:1' } }),
    ).map(plain);
    const everywhere = inMesh.filter(({ kind }) => kind === 'ClusterRole').flatMap(({ rules = [] }) => rules);
    expect(everywhere.map(({ resources, verbs }) => `${resources.join()}: ${verbs.join()}`)).toEqual([
      'pods: list',
      'virtualservices: list',
      'destinationrules: list',
      'gateways: get',
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

  describe('of people on call', () => {
    const access = { image: 'registry.test/handover:1', onCall: ['payments-on-call'] };
    const manifests = releaseManifests(releaseOf({ access })).map(plain);
    const theirs = manifests.filter(({ metadata }) => metadata.name.includes('on-call'));

    test('is this and nothing else', () => {
      expect(theirs.flatMap(summary).join('\n')).toMatchSnapshot();
    });

    test('comes with a policy and its binding, which stand before the right', () => {
      const kinds = theirs.map(({ kind }) => kind);
      const [policy, binding] = theirs as unknown as readonly Record<
        'metadata' | 'spec',
        Readonly<Record<string, unknown>>
      >[];
      expect(kinds.slice(0, 3)).toEqual(['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'Role']);
      expect(binding?.spec).toEqual({ policyName: policy?.metadata['name'], validationActions: ['Deny'] });
      expect(stringify(policy?.spec)).toMatchSnapshot();
    });

    test('is taken back by its file without its policy: that one has a file of its own, applied before', () => {
      const charts = releaseCharts(new App({ outdir: 'unused' }), [releaseOf({ access })]);
      const kindsIn = charts.map((chart) => [chart.node.id, (chart.toJson() as Manifest[]).map(({ kind }) => kind)]);
      expect(kindsIn.map(([id]) => id)).toEqual(['namespace', 'workload', 'traffic', 'on-call', 'access']);
      expect(kindsIn.at(-2)?.[1]).toEqual(['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding']);
      expect(kindsIn.at(-1)?.[1]).not.toContain('ValidatingAdmissionPolicy');
    });

    test.each(['system:masters', 'system:authenticated', 'system:unauthenticated', 'system:serviceaccounts'])(
      'is not given to %s, which is everybody or may do everything',
      (group) => {
        expect(() => releaseOf({ access: { ...access, onCall: [group] } })).toThrow(
          /onCall\.0: expected a group of people/,
        );
      },
    );

    test('is given to the accounts of one namespace, as of a bot', () => {
      expect(() => releaseOf({ access: { ...access, onCall: ['system:serviceaccounts:bots'] } })).not.toThrow();
    });

    test('is no part of what is given to the driver', () => {
      const others = manifests.filter((manifest) => !theirs.includes(manifest)).flatMap(summary);
      expect(others.join('\n')).not.toContain('payments');
    });

    test('reads what versions have, and writes none of it', () => {
      const rules = theirs.flatMap(({ rules: own = [] }) => own);
      const written = rules.filter(({ verbs }) => verbs.some((verb) => !['get', 'list'].includes(verb)));
      expect(written.map(describeRule)).toEqual(['  networking.istio.io/virtualservices named demo: get, patch']);
    });
  });

  test('to the route, the subsets, the state and the lock is tied to their names', () => {
    const named = granted.filter(({ resourceNames }) => resourceNames);
    expect(named.map(({ resources, resourceNames }) => [resources, resourceNames])).toEqual([
      [['virtualservices', 'destinationrules'], ['demo']],
      [['configmaps'], ['handover-state-demo']],
      [['leases'], ['handover-demo']],
    ]);
  });

  interface Job {
    readonly spec: {
      readonly suspend: boolean;
      readonly jobTemplate: {
        readonly spec: {
          readonly podFailurePolicy: {
            readonly rules: readonly { action: string; onExitCodes?: { values: number[] } }[];
          };
          readonly template: {
            readonly metadata: { readonly labels: object };
            readonly spec: { readonly containers: readonly { args: string[] }[] };
          };
        };
      };
    };
  }
  const jobOf = (manifests: readonly Manifest[]) =>
    manifests.map(plain).find(({ kind }) => kind === 'CronJob') as unknown as Job;
  const job = jobOf(added).spec;
  const { podFailurePolicy, template } = job.jobTemplate.spec;

  test('comes with a job that waits to be started, and gets no requests of the service', () => {
    expect(job.suspend).toBe(true);
    expect(Object.keys(template.metadata.labels)).not.toContain('app');
  });

  test('starts another pod when one was evicted, killed or stopped, and never after an outcome', () => {
    // 4 stopped and 9 interrupted, as by a right that was missing in mid-release, go on in another pod.
    const [outcome, evicted] = podFailurePolicy.rules;
    expect(evicted).toMatchObject({ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] });
    expect(outcome).toEqual({
      action: 'FailJob',
      onExitCodes: { containerName: 'handover', operator: 'In', values: [1, 2, 3, 5, 6, 7, 8] },
    });
  });

  test('gives the driver arguments that it understands', async () => {
    const args = jobOf(releaseManifests(releaseOf({ access: { image: 'handover:1', gatewayAddress: 'edge:80' } }))).spec
      .jobTemplate.spec.template.spec.containers[0]?.args;
    const file = releaseText();
    const io = simulatedIo({ file, installed: file });
    const given = args?.map((arg) => arg.replace('$(VERSION)', 'v1')) ?? [];
    const manifestsIn = () => chartsSynth.synthesize({ releaseFile: io.file });
    const inTheJob = { readFile: () => file, synth: { ...chartsSynth, manifestsIn } };
    expect(await io.run(given, inTheJob)).toBe(exitCodes.completed);
    expect(args?.slice(-2)).toEqual(['--gateway-address', 'edge:80']);
  });
});

describe('access in the profile rolling-update', () => {
  const fields = {
    profile: 'rolling-update',
    highTraffic: true,
    access: { image: 'registry.test/handover:1' },
  } as const;
  const manifests = releaseManifests(releaseOf(fields)).map(plain);
  const own = serviceManifests(releaseOf(fields)).map(({ kind, metadata }) => `${kind}/${metadata.name}`);

  test('is this and nothing else', () => {
    expect(
      manifests
        .filter(({ kind }) => kind.startsWith('Role'))
        .flatMap(summary)
        .join('\n'),
    ).toMatchSnapshot();
  });

  test('is given in the namespace of the service alone', () => {
    expect(manifests.filter(({ kind }) => kind.startsWith('ClusterRole'))).toEqual([]);
  });

  test('is nothing that the driver writes itself: it could give itself more', () => {
    expect(own.filter((name) => /Role|CronJob|handover/.test(name))).toEqual([]);
    expect(own).toContain('Deployment/demo');
  });

  test('comes with a job that applies the file, and needs no version', () => {
    const job = JSON.stringify(manifests.find(({ kind }) => kind === 'CronJob'));
    expect(job).toContain('"args":["apply","--file","/release/release.yaml","--json","--manifests","/release"]');
    expect(job).not.toContain('VERSION');
  });
});
