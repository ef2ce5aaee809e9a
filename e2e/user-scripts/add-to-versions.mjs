/**
 * Gives each version what no construct of handover knows: settings in a volume, two more containers, a label, a Monitor. And all of
 * them a ConfigMap that belongs to none.
 */
import { editManifests } from './edit-manifests.mjs';

editManifests((manifest) => {
  if (manifest.kind === 'Deployment') return withMore(manifest);
  return manifest.kind === 'Service' ? [manifest, shared(manifest)] : [manifest];
});

function shared({ metadata: { namespace, labels } }) {
  const own = { name: 'shared', namespace, labels: { 'handover/service': labels['handover/service'] } };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: own, data: { COLOUR: 'green' } };
}

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
  // Without it the container is not made.
  const envFrom = [{ configMapRef: { name: 'shared' } }];
  spec.containers.push({ ...beside('companion', idle), envFrom });
}
