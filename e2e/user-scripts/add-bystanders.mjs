/** Adds what is no part of a release: a route pinned to v0, declared by annotation, and a subset that is no version. */
import { editManifests } from './edit-manifests.mjs';

editManifests((manifest) => {
  if (manifest.kind === 'VirtualService') pin(manifest);
  if (manifest.kind === 'DestinationRule') manifest.spec.subsets.push({ name: 'all', labels: { app: 'demo' } });
  return [manifest];
});

function pin({ metadata, spec }) {
  metadata.annotations = { ...metadata.annotations, 'handover/pinned-routes': 'beta=v0' };
  const [{ route }] = spec.http;
  const { port, host } = route[0].destination;
  const match = [{ headers: { 'x-beta': { exact: 'yes' } } }];
  spec.http.unshift({ name: 'beta', match, route: [{ destination: { host, port, subset: 'v0' } }] });
}
