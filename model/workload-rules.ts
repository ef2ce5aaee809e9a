/** Rules about pods that are described by the operator's own YAML: what the YAML says is not said a second time. */
import type { Finding, Path } from './finding';
import type { Known, Rule } from './rule';

function hasWorkload({ workload, versions = {} }: Known): boolean {
  return workload !== undefined || Object.values(versions).some((version) => version.workload !== undefined);
}

/** One Service is in front of all versions, so they are of one kind. */
export const allVersionsHaveAWorkload: Rule = (file) => {
  if (!hasWorkload(file) || file.workload !== undefined) return [];
  return Object.entries(file.versions ?? {})
    .filter(([, version]) => version.workload === undefined && version.adopt === undefined)
    .map(([name]) => ({
      path: ['versions', name],
      expected: 'a workload, as another version has one',
      found: 'none',
      fix: 'add workload: FILE.yaml to it, or once for all versions',
    }));
};

/** The YAML would win silently, or two places would say different things. */
export const workloadSpeaksForItself: Rule = (file) => {
  if (!hasWorkload(file)) return [];
  const {
    replicas,
    env = {},
    resources,
    autoscaling,
    priorityClass,
    highTraffic,
    probes,
    preStop,
    versions = {},
  } = file;
  const ofFile = {
    replicas,
    env: Object.keys(env).length > 0 || undefined,
    resources,
    autoscaling,
    priorityClass,
    highTraffic: highTraffic || undefined,
    probes: probes === 'exec' || undefined,
    preStop: (preStop !== undefined && preStop !== 'sleep') || undefined,
  };
  return [
    ...said([], ofFile),
    ...Object.entries(versions).flatMap(([name, { replicas, env, resources, adopt }]) =>
      said(['versions', name], { replicas, env, resources }, adopt === undefined ? byWorkload : byDeployment),
    ),
  ];
};

const byWorkload = { place: 'the YAML of the workload', fix: 'write it into the YAML, or leave workload out' };
const byDeployment = {
  place: 'the adopted Deployment',
  fix: 'remove it: nobody writes to a Deployment that is adopted',
};

function said(where: Path, fields: Readonly<Record<string, unknown>>, { place, fix } = byWorkload): Finding[] {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([field]) => ({
      path: [...where, field],
      expected: `${field} in ${place} alone`,
      found: `${field} in the release file`,
      fix,
    }));
}

/** A rollback could not tell whether the way back is open: docs/decisions/0019. */
export const workloadNeedsIstio: Rule = (file) =>
  !hasWorkload(file) || file.profile !== 'rolling-update'
    ? []
    : [
        {
          path: ['workload'],
          expected: 'no workload, as the profile is rolling-update',
          found: 'one',
          fix: 'use the profile istio, or label your YAML by an app of your own: docs/decisions/0019',
        },
      ];

export const containerBelongsToAWorkload: Rule = (file) =>
  file.container === undefined || hasWorkload(file)
    ? []
    : [{ path: ['container'], expected: 'a workload that has it', found: 'none', fix: 'add workload, or remove it' }];
