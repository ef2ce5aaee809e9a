/** The driver's own account: scenarios run with the rights that the access chart gives, and never as administrator. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command';
import { readManifests, renderManifests } from './manifests';
import type { Trial } from './trial';

/** The Job of `driver-in-cluster` runs by this; elsewhere the driver runs outside, with the same account. */
export const access = { image: 'localhost/handover:1' };

/** Path of a kubeconfig with a token of the account, which has to be in the namespace of the trial. */
export function accountKubeconfig(trial: Trial, service = 'demo'): Promise<string> {
  return kubeconfigOf(trial, trial.namespace, `handover-${service}`);
}

export async function kubeconfigOf(trial: Trial, namespace: string, account: string): Promise<string> {
  const args = ['--namespace', namespace, 'create', 'token', account, '--duration', '1h'];
  const token = (await run('kubectl', args)).trim();
  const config = JSON.parse(await run('kubectl', ['config', 'view', '--raw', '--minify', '--output', 'json'])) as {
    users: { name: string; user: unknown }[];
  };
  const user = config.users[0];
  if (user) user.user = { token };
  const path = join(trial.folder, `${account}.kubeconfig`);
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

/** When the scenario is over: rights outside its namespace do not go with it. */
export function revokeAtEnd(trial: Trial, manifests: string): void {
  const rights = readManifests(manifests).filter(({ kind }) =>
    /^((Cluster)?Role(Binding)?|ValidatingAdmissionPolicy(Binding)?)$/.test(kind),
  );
  const args = ['delete', '--ignore-not-found', '--wait=false', '--filename', '-'];
  trial.atEnd(() => run('kubectl', args, { input: renderManifests(rights) }));
}
