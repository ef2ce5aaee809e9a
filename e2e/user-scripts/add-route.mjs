/** Adds a route to the VirtualService that is not the release's: a second host, to another Service, with a timeout and a mirror. */
import { editManifests } from './edit-manifests.mjs';

editManifests((manifest) => {
  if (manifest.kind === 'Gateway') manifest.spec.servers.forEach(({ hosts }) => hosts.push(`second.${hosts[0]}`));
  if (manifest.kind === 'VirtualService') addRoute(manifest);
  return [manifest];
});

function addRoute({ metadata, spec }) {
  const second = `second.${spec.hosts[0]}`;
  const other = { host: `other.${metadata.namespace}.svc.cluster.local`, port: { number: 8080 } };
  spec.hosts.push(second);
  spec.http.unshift({
    name: 'second',
    match: [{ authority: { exact: second } }],
    route: [{ destination: other }],
    timeout: '7s',
    mirror: other,
    mirrorPercentage: { value: 10 },
  });
}
