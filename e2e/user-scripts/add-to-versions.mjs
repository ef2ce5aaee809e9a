/** Gives each version what no construct of handover knows: settings in a volume, two more containers, a label, a Monitor. */
import { editManifests } from './edit-manifests.mjs';

editManifests((manifest) => (manifest.kind === 'Deployment' ? withMore(manifest) : [manifest]));

function withMore(deployment) {
  const { name, namespace, labels } = deployment.metadata;
  const version = labels['handover/version'];
  const settings = `${name}-settings`;
  const ofVersion = (own) => ({ name: own, namespace, labels });
  addToPods(deployment.spec.template, version, settings);
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: ofVersion(settings), data: { version } },
    deployment,
    { apiVersion: 'monitoring.example.com/v1', kind: 'Monitor', metadata: ofVersion(name), spec: { port: 'http' } },
  ];
}

function addToPods({ metadata, spec }, version, settings) {
  const [service] = spec.containers;
  const volumeMounts = [{ name: 'settings', mountPath: '/settings' }];
  const beside = (name, script) => ({
    name,
    image: service.image,
    command: ['node', '-e', script],
    securityContext: service.securityContext,
    volumeMounts,
  });
  metadata.labels.team = 'payments';
  spec.volumes = [{ name: 'settings', configMap: { name: settings } }];
  service.volumeMounts = volumeMounts;
  // A pod with the settings of another version never starts.
  const check = `if (fs.readFileSync('/settings/version', 'utf8') !== '${version}') process.exit(1)`;
  spec.initContainers = [beside('check-settings', check)];
  const idle = "process.on('SIGTERM', () => process.exit()); setInterval(() => {}, 1e6)";
  spec.containers.push(beside('companion', idle));
}
