/** Rules about what a pod may use, and when another one is started. */
import type { Finding, Path } from './finding';
import { defaultResources, withHighTraffic } from './high-traffic';
import { isMore } from './quantity';
import type { ReleaseFile, Resources } from './release-file';
import type { Rule } from './rule';

const kinds = ['cpu', 'memory'] as const;

interface Place {
  readonly path: Path;
  readonly resources: Resources;
}

/** The API server refuses such a pod, but only when a version is installed: in the middle of a release. */
export const requestsFitLimits: Rule = (file) =>
  writtenResources(file).flatMap(({ path, resources: { requests, limits } }) =>
    kinds
      .filter((kind) => isMore(requests[kind], limits[kind]))
      .map((kind) => ({
        path: [...path, 'requests', kind],
        expected: `at most the limit, ${limits[kind]}`,
        found: requests[kind],
        fix: 'lower it, or raise the limit',
      })),
  );

/** With a limit below the target no pod ever reaches the target, and the autoscaler never adds one. */
export const autoscalingTargetsAreReachable: Rule = (file) => {
  const { versions, timings } = file;
  if (!versions || !timings) return [];
  const { autoscaling, resources = defaultResources } = withHighTraffic({ ...file, timings } as ReleaseFile);
  if (!autoscaling) return [];
  const inUse = Object.values(versions).map((version) => version.resources ?? resources);
  return kinds.flatMap((kind): Finding[] => {
    const tooLow = inUse.find(({ limits }) => isMore(autoscaling[kind], limits[kind]));
    if (!tooLow) return [];
    const given = file.autoscaling !== undefined;
    return [
      {
        path: given ? ['autoscaling', kind] : ['highTraffic'],
        expected: `an autoscaling target for ${kind} of at most the limit of a pod, ${tooLow.limits[kind]}`,
        found: given ? autoscaling[kind] : `${autoscaling[kind]}, the default of highTraffic`,
        fix: `lower autoscaling.${kind}, or raise the limit`,
      },
    ];
  });
};

export const autoscalerHasRoom: Rule = ({ autoscaling }) =>
  !autoscaling || autoscaling.minReplicas <= autoscaling.maxReplicas
    ? []
    : [
        {
          path: ['autoscaling', 'maxReplicas'],
          expected: `at least minReplicas = ${autoscaling.minReplicas}`,
          found: String(autoscaling.maxReplicas),
          fix: `raise it to ${autoscaling.minReplicas}`,
        },
      ];

function writtenResources({ resources, versions = {} }: Partial<ReleaseFile>): Place[] {
  const ofVersions = Object.entries(versions).map(([name, version]) => ({
    path: ['versions', name, 'resources'],
    resources: version.resources,
  }));
  return [{ path: ['resources'], resources }, ...ofVersions].flatMap(({ path, resources }) =>
    resources ? [{ path, resources }] : [],
  );
}
