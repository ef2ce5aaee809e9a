/** A kind that neither Kubernetes nor handover knows, and the rights on it for a driver's account. */
import type { Manifest } from './manifests';
import type { Trial } from './trial';

const group = 'monitoring.example.com';
const definition = `monitors.${group}`;

/** Taken away again when the scenario is over, as it is of the whole cluster. */
export async function installMonitors(trial: Trial): Promise<void> {
  const { kubectl } = trial;
  trial.atEnd(() => kubectl.run('delete', 'crd', definition, '--ignore-not-found', '--wait=false'));
  await kubectl.apply([customKind]);
  await kubectl.run('wait', '--for=condition=Established', `crd/${definition}`, '--timeout=30s');
}

/** As an administrator gives them: the access chart knows the usual kinds alone. */
export async function grantMonitors({ kubectl, namespace }: Trial, account: string): Promise<void> {
  const role = 'handover-monitors';
  const verbs = 'get,list,create,delete';
  await kubectl.run('create', 'role', role, `--resource=${definition}`, `--verb=${verbs}`);
  await kubectl.run('create', 'rolebinding', role, `--role=${role}`, `--serviceaccount=${namespace}:${account}`);
}

const customKind: Manifest = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: definition },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind: 'Monitor', singular: 'monitor', plural: 'monitors' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: openSchema() } }],
  },
};

function openSchema() {
  const spec = { type: 'object', properties: { port: { type: 'string' } } };
  return { type: 'object', properties: { spec } };
}
