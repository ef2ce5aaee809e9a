/**
 * A user's own repository: a cdk8s.yaml that runs the app of this one and then scripts of the user, and for each service a
 * folder with its release file and its manifests. The driver is started there, and finds cdk8s.yaml as everywhere.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ReleaseFileInput } from '../../model';
import { access, accountKubeconfig, revokeAtEnd } from './account';
import { run } from './command';
import { startDriver, type Driver } from './driver';
import { synthIn } from './synth';
import type { Trial } from './trial';

export class UserApp {
  private readonly folder: string;
  private readonly services = new Set<string>();

  /** Scripts are names of e2e/user-scripts. */
  constructor(
    private readonly trial: Trial,
    ...scripts: readonly string[]
  ) {
    this.folder = join(trial.folder, 'user');
    mkdirSync(this.folder, { recursive: true });
    this.editWith(...scripts);
  }

  /** From now on these scripts, and no others, edit what the app wrote. */
  editWith(...scripts: readonly string[]): void {
    const app = `cd ${resolve('.')} && node build/app.js`;
    const edits = scripts.map((script) => ` && node e2e/user-scripts/${script}.mjs`);
    writeFileSync(join(this.folder, 'cdk8s.yaml'), `language: typescript\napp: ${app}${edits.join('')}\n`);
  }

  releaseFile(service = 'demo'): string {
    return join(this.folder, service, 'release.yaml');
  }

  /** Where the driver writes the manifests. */
  manifests(service = 'demo'): string {
    return join(dirname(this.releaseFile(service)), 'released');
  }

  /** Writes the release file of a service. */
  list(changes: Partial<ReleaseFileInput>): void {
    const file = this.releaseFile(changes.name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, this.trial.release({ access, ...changes }));
    this.services.add(changes.name ?? 'demo');
  }

  /** Of all services at once, as an operator installs them. Returns the folder of manifests. */
  async install(...deployments: readonly string[]): Promise<string> {
    await run(process.execPath, [join('scripts', 'bundle.mjs'), 'app']);
    const manifests = await this.synthesize('installed');
    revokeAtEnd(this.trial, manifests);
    await this.trial.kubectl.applyFolder(manifests);
    await this.trial.kubectl.rolledOut(...deployments);
    return manifests;
  }

  /** As `cdk8s synth` of the user does. Returns the folder of manifests. */
  async synthesize(into: string): Promise<string> {
    const files = [...this.services].map((service) => this.releaseFile(service));
    return synthIn(this.folder, files, join(this.folder, into));
  }

  /** With the rights of the service's own account. */
  async start(args: readonly string[], service = 'demo'): Promise<Driver> {
    const kubeconfig = await accountKubeconfig(this.trial, service);
    return startDriver(this.trial, { args, file: this.releaseFile(service), kubeconfig, cwd: this.folder });
  }

  async expectLiveEqualsManifests(service = 'demo', folder = this.manifests(service)): Promise<void> {
    await run('kubectl', ['diff', '--filename', folder]).catch((error: unknown) => {
      throw new Error(`expected live and written manifests of ${service} to be equal: ${String(error)}`);
    });
  }
}
