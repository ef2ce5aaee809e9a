/** podinfo, by the YAML that its authors publish: the example. */
import { readFileSync } from 'node:fs';
import type { ReleaseFileInput } from '../../model';
import { ProgramTrial } from './program';
import type { Trial } from './trial';

export class PodinfoTrial extends ProgramTrial {
  /** `fields` differ from the example's release file; `edited` changes its own YAML. */
  constructor(trial: Trial, fields: Partial<ReleaseFileInput>, edited: (yaml: string) => string = (yaml) => yaml) {
    const release = readFileSync('examples/podinfo/release.yaml', 'utf8');
    const workload = edited(readFileSync('examples/podinfo/k8s/podinfo.yaml', 'utf8'));
    super(trial, { name: 'podinfo', release, workload, pods: 2 }, fields);
  }
}
