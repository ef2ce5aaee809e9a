/** What one proxy was seen to have: its name, by which route it sends, and the clusters that it knows. */
import { isRead, isSeen, type Proxy } from '../observation';

export function proxyCells(proxy: Proxy): readonly [string, string, string] {
  if (!isSeen(proxy)) return [proxy.name, 'cannot tell', 'unreadable' in proxy ? proxy.unreadable : 'not asked'];
  if (!isRead(proxy)) {
    const answers = Object.entries(proxy.answers).map(([version, answer]) => `${version} ${answer}`);
    const markers = new Set(Object.values(proxy.markers).map((marker) => marker || 'a route without probes'));
    return [proxy.name, [...markers].join(', '), `probed: ${answers.join('; ') || 'nothing to ask for'}`];
  }
  const markers = [...new Set(proxy.routes.map((route) => route.marker))].join(', ');
  const clusters = Object.entries(proxy.clusters).map(
    ([version, cluster]) => `${version} ${cluster.state}, ${cluster.healthyEndpoints} healthy`,
  );
  return [proxy.name, markers || 'no route', clusters.join('; ')];
}
