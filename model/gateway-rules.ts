/** Rules about the gateways by which requests reach a route, and the mesh among them. */
import { meshGateway } from './names';
import type { Rule } from './rule';

/** Without a host nobody outside reaches the service. A route of its own says them itself. */
export const publishedServicesHaveHosts: Rule = ({ route, gateways, hosts }) => {
  const isMeshAlone = gateways?.every((gateway) => gateway === meshGateway) ?? false;
  if (!hosts || hosts.length > 0 || route !== undefined || isMeshAlone) return [];
  const fix = 'add one, such as hosts: [www.example.com]; or gateways: [mesh] for a service that is not published';
  return [{ path: ['hosts'], expected: 'at least one host name', found: 'none', fix }];
};

/** The VirtualService would win silently, or two places would say different things. */
export const routeSpeaksForItself: Rule = ({ route, hosts = [], gateways, retries, headerRoutes = [] }) => {
  if (route === undefined) return [];
  const said = {
    hosts: hosts.length > 0,
    gateways: gateways !== undefined,
    retries: retries !== undefined,
    headerRoutes: headerRoutes.length > 0,
  };
  return Object.entries(said)
    .filter(([, isSaid]) => isSaid)
    .map(([field]) => ({
      path: [field],
      expected: `${field} in the VirtualService of the route alone`,
      found: `${field} in the release file`,
      fix: 'write it into the VirtualService, or leave route out',
    }));
};

/** By probes nobody counts at the proxies, and the file says that nobody counts at the pods. */
export const someoneCountsRequests: Rule = ({ access, inFlight }) =>
  access?.evidence !== 'probe' || inFlight !== 'proxies'
    ? []
    : [
        {
          path: ['inFlight'],
          expected: 'sidecar or a metric, as access.evidence is probe and no proxy is read',
          found: 'proxies',
          fix: 'let pods count, or set access.evidence to proxy',
        },
      ];

/** Only its own pod can send a request through a sidecar. */
export const probesReachGatewaysAlone: Rule = ({ gateways, access }) =>
  !gateways?.includes(meshGateway) || access?.evidence !== 'probe'
    ? []
    : [
        {
          path: ['access', 'evidence'],
          expected: 'proxy, as the route lists the mesh and no probe passes through a sidecar',
          found: 'probe',
          fix: 'leave it out, or take mesh out of gateways',
        },
      ];
