/** Rules about what a cluster refuses, but only when an object is written: in the middle of an installation or a release. */
import type { Rule } from './rule';

/** The CronJob of the driver is called `handover-NAME`, and Kubernetes adds eleven characters for a Job of it. */
const longestCronJobName = 52;

export const driverJobFits: Rule = ({ name, access }) => {
  const job = `handover-${name}`;
  if (name === undefined || !access || job.length <= longestCronJobName) return [];
  return [
    {
      path: ['name'],
      expected: `a name of at most ${longestCronJobName - 'handover-'.length} characters, as access brings the CronJob ${job} along`,
      found: `${name.length} characters`,
      fix: 'shorten it, or leave access out',
    },
  ];
};

/** Istio refuses a VirtualService that lists a host twice, be it by a wildcard. */
export const hostsDiffer: Rule = ({ profile, hosts = [] }) =>
  hosts.flatMap((host, index) => {
    const twice = hosts.indexOf(host) < index;
    const wildcard = profile === 'istio' && hosts.find((other) => other !== host && covers(other, host));
    if (!twice && !wildcard) return [];
    const expected = twice ? 'each host once' : `no host that ${wildcard} covers already`;
    return [{ path: ['hosts', index], expected, found: host, fix: 'remove it here' }];
  });

function covers(wildcard: string, host: string): boolean {
  return wildcard.startsWith('*') && host.endsWith(wildcard.slice(1));
}

/** Istio refuses a Gateway for a short name, and Kubernetes an Ingress for the host that is all hosts. */
export const hostsAreTaken: Rule = ({ profile, gateways, hosts = [] }) => {
  const ownGateway = profile === 'istio' && (gateways?.includes('own') ?? true);
  return hosts.flatMap((host, index) => {
    const isShort = ownGateway && host !== '*' && !host.includes('.');
    if (!isShort && !(profile === 'rolling-update' && host === '*')) return [];
    const expected = isShort
      ? 'a host with its domain, as Istio refuses a Gateway for a short name'
      : 'a host name, as an Ingress takes no *';
    return [{ path: ['hosts', index], expected, found: host, fix: 'write it out, such as www.example.com' }];
  });
};

/** Of Istio's sidecar, in the same pod: the service could not listen there. */
const sidecarPorts = [15_000, 15_001, 15_004, 15_006, 15_008, 15_020, 15_021, 15_053, 15_090];

export const portIsFree: Rule = ({ profile, port }) =>
  profile !== 'istio' || port === undefined || !sidecarPorts.includes(port)
    ? []
    : [
        {
          path: ['port'],
          expected: `none of ${sidecarPorts.join(', ')}, which the sidecar has in the same pod`,
          found: String(port),
          fix: 'use another port',
        },
      ];
