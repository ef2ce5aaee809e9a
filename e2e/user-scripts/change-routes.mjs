/** Gives the routes a timeout and a response header, and the connections another limit: what `run` refuses and `apply` makes. */
import { editManifests } from './edit-manifests.mjs';

editManifests((manifest) => {
  if (manifest.kind === 'VirtualService') manifest.spec.http.forEach(change);
  if (manifest.kind === 'DestinationRule') manifest.spec.trafficPolicy.connectionPool.tcp.maxConnections = 4096;
  return [manifest];
});

function change(route) {
  route.timeout = '9s';
  route.headers = { response: { set: { 'x-changed': 'yes' } } };
}
