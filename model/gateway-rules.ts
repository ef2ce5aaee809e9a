/** Rules about the gateways by which requests reach a route, and the mesh among them. */
import { meshGateway } from './names';
import type { Rule } from './rule';

/** Without Istio there is no sidecar that could split anything. */
export const meshNeedsIstio: Rule = ({ profile, gateways }) =>
  profile !== 'rolling-update' || !gateways?.includes(meshGateway)
    ? []
    : [
        {
          path: ['gateways'],
          expected: 'no mesh, as the profile is rolling-update',
          found: gateways.join(', '),
          fix: 'leave it out, or use the profile istio',
        },
      ];

export const routesHaveTheirGateway: Rule = ({ gateways }) =>
  !gateways || gateways.includes('own')
    ? []
    : [
        {
          path: ['gateways'],
          expected: 'own among the gateways, as a route of the mesh alone is not supported yet',
          found: gateways.join(', ') || 'none',
          fix: 'write [own, mesh], or leave gateways out for the own one alone',
        },
      ];

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
