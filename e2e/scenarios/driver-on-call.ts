/** A person on call: looks, aborts, and can change nothing else, whatever is tried by hand. */
import { exitCodes } from '../../model';
import { kubeconfigOf } from '../support/account';
import { run } from '../support/command';
import { waits } from '../support/driver';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';

const plan = {
  timings: { shutdownDelay: '5s', longestRequest: '12s', exitMargin: '3s' },
  steps: [{ weight: 50 }, { pause: 'until promoted' as const }],
};

export const driverOnCall: Scenario = {
  name: 'driver-on-call',
  claim:
    'an account that is on call sees the release and aborts it; weights, owners, labels, a promotion: all refused; none lost',
  limitSeconds: 240,
  onRequest: true,
  async run(trial) {
    const onCall = `${trial.namespace}-people`;
    await trial.kubectl.run('create', 'namespace', onCall);
    trial.atEnd(() => trial.kubectl.run('delete', 'namespace', onCall, '--wait=false'));
    await run('kubectl', ['--namespace', onCall, 'create', 'serviceaccount', 'alice']);
    const release = new ReleaseTrial(trial, plan, { onCall: [`system:serviceaccounts:${onCall}`] });
    await release.install();
    await release.startLoads(200);
    const alice = await kubeconfigOf(trial, onCall, 'alice');
    const driver = release.start(['run', 'v2']);
    await driver.until('pauses', waits('pause'));

    await expectRights(alice, trial.namespace);
    await expectRefused(trial, alice);
    const steered = [['status'], ['promote']].map(([verb = '']) =>
      release.start([verb, 'demo', '-n', trial.namespace], {}, alice),
    );
    await steered[0]?.expectExit(exitCodes.completed);
    await steered[1]?.expectExit(exitCodes.refused);
    await release.start(['abort', 'demo', '-n', trial.namespace], {}, alice).expectExit(exitCodes.aborted);
    await driver.expectExit(exitCodes.aborted);
    if (!driver.ending?.includes(`system:serviceaccount:${onCall}:alice asked to abort`))
      throw new Error(`expected the ending to name who asked, found ${driver.ending}`);
    await release.expectNothingLost();
  },
};

const rights = {
  'get virtualservices.networking.istio.io/demo': 'yes',
  'patch virtualservices.networking.istio.io/demo': 'yes',
  'update virtualservices.networking.istio.io/demo': 'no',
  'delete virtualservices.networking.istio.io/demo': 'no',
  'patch destinationrules.networking.istio.io/demo': 'no',
  'patch deployments.apps/demo-v1': 'no',
  'delete pods': 'no',
  'create pods/portforward': 'no',
  'get secrets': 'no',
};

async function expectRights(kubeconfig: string, namespace: string): Promise<void> {
  for (const [right, wanted] of Object.entries(rights)) {
    const args = ['--kubeconfig', kubeconfig, '-n', namespace, 'auth', 'can-i', ...right.split(' ')];
    // It exits with 1 at a no.
    const found = (await run('sh', ['-c', '"$@" || true', 'sh', 'kubectl', ...args])).trim();
    if (found !== wanted) throw new Error(`expected ${wanted} to ${right}, found ${found}`);
  }
}

/** Each beside a request to abort as handover writes it, which alone would pass: so it is the other change that is refused. */
const edits: Readonly<Record<string, object>> = {
  weights: { spec: { http: [] } },
  hosts: { spec: { hosts: ['other.example.com'] } },
  labels: { metadata: { labels: { team: 'other' } } },
  owner: { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'none', uid: 'none' }] } },
  finalizer: { metadata: { finalizers: ['example.com/stays'] } },
  record: { metadata: { annotations: { 'handover/release': '{}' } } },
};
const requests: Readonly<Record<string, object>> = {
  'a promotion': { verb: 'promote-full' },
  'the name of somebody else': { by: 'bob' },
};

async function expectRefused(trial: Trial, kubeconfig: string): Promise<void> {
  const by = `system:serviceaccount:${trial.namespace}-people:alice`;
  const asked = { id: '0', verb: 'abort', release: '0', by };
  const patchWith = (request: object, edit: { metadata?: { annotations?: object } } = {}) => {
    const annotations = { ...edit.metadata?.annotations, 'handover/request': JSON.stringify(request) };
    return { ...edit, metadata: { ...edit.metadata, annotations } };
  };
  const patches = {
    ...Object.fromEntries(Object.entries(edits).map(([what, edit]) => [what, patchWith(asked, edit)])),
    ...Object.fromEntries(Object.entries(requests).map(([what, part]) => [what, patchWith({ ...asked, ...part })])),
  };
  const words = 'people on call may only ask for an abort';
  for (const [what, patch] of Object.entries(patches)) {
    const answer = await patched(trial, kubeconfig, patch);
    if (!answer.includes(words)) throw new Error(`expected "${words}" for ${what}, found ${answer}`);
  }
  const alone = await patched(trial, kubeconfig, patchWith(asked));
  if (!alone.includes('patched')) throw new Error(`expected that the request alone passes, found ${alone}`);
  trial.note(`refused: ${Object.keys(patches).join(', ')}`);
}

/** As the API server would answer; nothing is stored. */
function patched({ namespace }: Trial, kubeconfig: string, patch: object): Promise<string> {
  const args = ['--kubeconfig', kubeconfig, '-n', namespace, 'patch', 'virtualservice', 'demo', '--dry-run=server'];
  return run('kubectl', [...args, '--type=merge', '--patch', JSON.stringify(patch)]).catch((error: unknown) =>
    String(error),
  );
}
