/** Releases that name YAML, written to a folder as an operator has them. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readRelease, releaseManifests } from '../../charts';
import type { Manifest, Release, ReleaseFileInput } from '../../model';
import { releaseText } from './release';

export class YamlFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'handover-yaml-'));

  /** A file of one document or several; its name, as a release file in this folder names it. */
  file(name: string, ...documents: readonly object[]): string {
    writeFileSync(
      join(this.path, name),
      documents.map((document) => stringify(document, { version: '1.1' })).join('---\n'),
    );
    return name;
  }

  release(fields: Partial<ReleaseFileInput>): Release {
    writeFileSync(join(this.path, 'release.yaml'), releaseText({ ...fields }));
    return readRelease(join(this.path, 'release.yaml'));
  }
}

/** As it is written: without classes, and without keys that have no value. */
export function synthesized(release: Release): Manifest[] {
  return JSON.parse(JSON.stringify(releaseManifests(release))) as Manifest[];
}

interface Parts {
  readonly pod?: object;
  readonly container?: object;
  readonly deployment?: object;
  readonly labels?: object;
}

/** The smallest Deployment and Service of `demo`, and what differs from it. */
export function deployment({ pod = {}, container = {}, deployment = {}, labels = {} }: Parts = {}) {
  const own = { name: 'main', image: 'any', ports: [{ name: 'web', containerPort: 9898 }], readinessProbe: {} };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'demo' },
    spec: {
      selector: { matchLabels: { tier: 'web' } },
      template: {
        metadata: { labels: { tier: 'web', ...labels } },
        spec: { containers: [{ ...own, ...container }], ...pod },
      },
      ...deployment,
    },
  };
}

export function service(
  ports: readonly object[] = [{ name: 'http', port: 80, targetPort: 'web' }],
  selector: object = { tier: 'web' },
) {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'demo' }, spec: { selector, ports } };
}
