/** kubectl, bound to one namespace. KUBECONFIG says which cluster. */
import type { JsonPatch } from '../../manifests';
import { run } from './command';
import { renderManifests, type Manifest } from './manifests';

export class Kubectl {
  constructor(readonly namespace: string) {}

  run(...args: readonly string[]): Promise<string> {
    return run('kubectl', ['--namespace', this.namespace, ...args]);
  }

  async get<T>(...what: readonly string[]): Promise<T> {
    return JSON.parse(await this.run('get', ...what, '--output', 'json')) as T;
  }

  /** Manifests name their namespace themselves: a release brings its own. */
  async apply(manifests: readonly Manifest[], ...options: readonly string[]): Promise<void> {
    await run('kubectl', ['apply', ...options, '--filename', '-'], { input: renderManifests(manifests) });
  }

  /** Applies as the README tells an operator to. */
  async applyFolder(folder: string, ...options: readonly string[]): Promise<void> {
    await run('kubectl', ['apply', ...options, '--filename', folder]);
  }

  /** An edit by hand, of the field manager that the driver then names as its author. */
  async patchAsSomebody(kind: string, name: string, patch: JsonPatch): Promise<void> {
    const options = ['--type', 'json', '--field-manager', 'somebody', '--patch', JSON.stringify(patch)];
    await this.run('patch', kind, name, ...options);
  }

  async rolledOut(...deployments: readonly string[]): Promise<void> {
    for (const name of deployments) await this.run('rollout', 'status', `deployment/${name}`, '--timeout', '120s');
  }
}
