/** Rules about the gateways by which requests reach a route, and the mesh among them. */
import type { Finding } from './finding';
import { gatewayPorts, meshGateway, ownGateway } from './names';
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

/** A Gateway that exists has ports and certificates of its own. */
export const gatewayOptionsAreOfTheMade: Rule = ({ route, gateway, gateways }) => {
  if (!gateway || (route === undefined && (gateways?.includes(ownGateway) ?? true))) return [];
  const { selector: _, ...options } = gateway;
  return Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([option]) => ({
      path: ['gateway', option],
      expected: `no ${option}, as no Gateway is made for the service`,
      found: 'it',
      fix: `remove it: it belongs into the Gateway that ${route === undefined ? 'gateways' : 'the route'} names`,
    }));
};

/** Without a certificate nobody listens for HTTPS: a redirect would lead nowhere. */
export const httpsHasACertificate: Rule = ({ gateway }) => {
  if (!gateway || gateway.tlsSecret !== undefined) return [];
  const { httpsRedirect, httpsPort } = gateway;
  const fix = 'add tlsSecret, or remove it';
  return [
    ...(httpsRedirect ? [without('httpsRedirect', 'no redirect to HTTPS', fix)] : []),
    ...(httpsPort !== undefined ? [without('httpsPort', 'no port for HTTPS', fix)] : []),
  ];
};

function without(option: string, expected: string, fix: string): Finding {
  return { path: ['gateway', option], expected: `${expected}, as there is no tlsSecret`, found: 'one', fix };
}

export const gatewayPortsDiffer: Rule = ({ gateway }) => {
  const { tlsSecret, httpPort = gatewayPorts.http, httpsPort = gatewayPorts.https } = gateway ?? {};
  if (tlsSecret === undefined || httpPort !== httpsPort) return [];
  const option = gateway?.httpsPort === undefined ? 'httpPort' : 'httpsPort';
  const expected = 'different ports for HTTP and HTTPS';
  return [{ path: ['gateway', option], expected, found: `${httpPort} for both`, fix: 'change one of them' }];
};

/** Both send plain HTTP, and the gateway itself would answer. */
export const redirectsAnswerNoProbe: Rule = ({ gateway, access, analyses = {} }) => {
  if (!gateway?.httpsRedirect) return [];
  const why = 'as plain HTTP is answered by a redirect (gateway.httpsRedirect)';
  const asking = Object.entries(analyses).filter(([, analysis]) => 'requests' in analysis);
  return [
    ...(access?.evidence === 'probe'
      ? [
          {
            path: ['access', 'evidence'],
            expected: `proxy, ${why}`,
            found: 'probe',
            fix: 'leave it out, or let plain HTTP through',
          },
        ]
      : []),
    ...asking.map(([name]) => ({
      path: ['analyses', name, 'requests'],
      expected: `an analysis by prometheus, ${why}`,
      found: 'one that sends requests',
      fix: 'ask Prometheus, or let plain HTTP through',
    })),
  ];
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
