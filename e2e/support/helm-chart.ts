/** A chart without parameters, as Helm itself installs and upgrades it: Helm keeps a record of what it has applied. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Manifest } from '../../model';
import { run } from './command';
import { pathWithTools } from './tools';
import type { Trial } from './trial';

export class HelmChart {
  private readonly folder: string;

  constructor(
    private readonly trial: Trial,
    private readonly name: string,
  ) {
    this.folder = join(trial.folder, 'chart');
  }

  /** Installs it the first time, and upgrades it later. What the chart has no more, Helm deletes. Returns what Helm says. */
  apply(objects: readonly Manifest[]): Promise<string> {
    const { folder, name, trial } = this;
    const templates = join(folder, 'templates');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(templates, { recursive: true });
    writeFileSync(join(folder, 'Chart.yaml'), stringify({ apiVersion: 'v2', name, version: '1.0.0' }));
    for (const object of objects)
      writeFileSync(join(templates, `${object.kind}-${object.metadata.name}.yaml`), stringify(object));
    const args = ['upgrade', '--install', name, folder, '--namespace', trial.namespace];
    return run('helm', args, { env: { PATH: pathWithTools() } });
  }
}
