/** Kustomize makes the objects of each version, and the constructs of handover the routes between them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { App, Chart, Include } from 'cdk8s';
import { NamespaceChart, readRelease, TrafficChart } from 'handover';

const release = readRelease();
const { name: service, namespace } = release;
const app = new App();
const workload = new Chart(app, 'workload');
mkdirSync('build', { recursive: true });
include('service', 'k8s/service');
for (const version of release.versions) include(version.name, overlayOf(version));
workload.addDependency(new NamespaceChart(app, 'namespace', { release }));
new TrafficChart(app, 'traffic', { release }).addDependency(workload);
app.synth();

/** What Kustomize makes of a folder. */
function include(id, folder) {
  const file = `build/${id}.yaml`;
  writeFileSync(file, execFileSync('kubectl', ['kustomize', folder]));
  new Include(workload, id, { url: file });
}

/** An overlay over the one for production: the name, the labels and the image of the version. */
function overlayOf({ name: version, image }) {
  const folder = `build/${version}`;
  const kustomization = {
    resources: ['../../k8s/production'],
    namespace,
    nameSuffix: `-${version.toLowerCase()}`,
    labels: [
      {
        pairs: { app: service, version, 'handover/service': service, 'handover/version': version },
        includeSelectors: true,
        includeTemplates: true,
      },
    ],
    patches: [
      {
        target: { kind: 'Deployment' },
        patch: JSON.stringify([{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image }]),
      },
    ],
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/kustomization.yaml`, JSON.stringify(kustomization));
  return folder;
}
