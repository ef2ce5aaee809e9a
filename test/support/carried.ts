/** What synth wrote of a release, as the driver reads it, with objects that no construct of this repository writes. */
import { stringify } from 'yaml';
import { serviceManifests } from '../../charts';
import { expectedShape, formatManifestProblem, readManifests, shapeOf, type ServiceShape } from '../../manifests';
import { labels, versionedName, type Release, type Manifest } from '../../model';

/** Throws when the manifests contradict the release. */
export function carriedOf(release: Release, others: readonly Manifest[] = []): ServiceShape {
  const text = [...serviceManifests(release), ...others].map((manifest) => stringify(manifest)).join('---\n');
  const { manifests } = readManifests([{ file: 'manifests.yaml', text }]);
  const read = shapeOf(manifests, release, expectedShape(release));
  if ('shape' in read) return read.shape;
  throw new Error(read.problems.map(formatManifestProblem).join('\n'));
}

/** Some team's custom resource of one version. */
export function monitorOf({ name, namespace }: Release, version: string): Manifest {
  return {
    apiVersion: 'monitoring.example.com/v1',
    kind: 'Monitor',
    metadata: {
      name: versionedName(name, version),
      namespace,
      labels: { [labels.service]: name, [labels.version]: version },
    },
    spec: { interval: '15s' },
  };
}
