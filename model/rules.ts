/**
 * Rules of a release file that span several fields. Each is checked as soon as the fields it reads have the right shape,
 * so that one pass reports every problem.
 */
import { analysesCanFail } from './analysis-rules';
import { autoscalerHasRoom, autoscalingTargetsAreReachable, requestsFitLimits } from './capacity-rules';
import type { Finding, Path } from './finding';
import { isPinned } from './image';
import { longestName, versionedName } from './names';
import type { Known, Rule } from './rule';
import { serviceVariables } from './service-contract';
import {
  drainFitsItsLimit,
  progressOutlastsMinReady,
  proxiesCloseIdleConnectionsFirst,
  shutdownFitsGracePeriod,
  sleepIsNotEmpty,
  triesOutlastRequests,
} from './timing-rules';
import { sumOf, wholeSplit } from './weight';

export function checkRules(file: Known): Finding[] {
  return rules.flatMap((rule) => rule(file));
}

const listedVersions = ({ versions }: Known) => Object.keys(versions ?? {});

const weightsNameListedVersions: Rule = ({ weights, versions }) =>
  !weights || !versions || Object.keys(versions).length === 0
    ? []
    : Object.keys(weights)
        .filter((name) => !Object.hasOwn(versions, name))
        .map((name) => unlisted(['weights', name], name, { versions }));

const weightsSumToWhole: Rule = ({ weights }) => {
  if (!weights || sumOf(weights) === wholeSplit) return [];
  return [
    {
      path: ['weights'],
      expected: `weights that sum to ${wholeSplit}`,
      found: `a sum of ${sumOf(weights)}`,
      fix: 'change the weights so that nothing is left over or missing',
    },
  ];
};

const someVersionIsListed: Rule = ({ versions }) =>
  !versions || listedVersions({ versions }).length > 0
    ? []
    : [{ path: ['versions'], expected: 'at least one version', found: 'none', fix: 'add one, such as v1: {image: …}' }];

/** A rolling update replaces the pods of one Deployment: there is nothing to split between. */
const rollingUpdateHasOneVersion: Rule = ({ profile, versions }) =>
  profile !== 'rolling-update' || !versions || listedVersions({ versions }).length <= 1
    ? []
    : [
        {
          path: ['versions'],
          expected: 'one version, as the profile is rolling-update',
          found: listedVersions({ versions }).join(', '),
          fix: 'keep the version that should run, or use the profile istio',
        },
      ];

/** Without Istio there is no sidecar that could split anything. */
const meshNeedsIstio: Rule = ({ profile, mesh }) =>
  profile !== 'rolling-update' || !mesh
    ? []
    : [
        {
          path: ['mesh'],
          expected: 'false, as the profile is rolling-update',
          found: 'true',
          fix: 'leave it out, or use the profile istio',
        },
      ];

/** Only its own pod can send a request through a sidecar. */
const probesReachGatewaysAlone: Rule = ({ mesh, access }) =>
  !mesh || access?.evidence !== 'probe'
    ? []
    : [
        {
          path: ['access', 'evidence'],
          expected: 'proxy, as the route lists the mesh and no probe passes through a sidecar',
          found: 'probe',
          fix: 'leave it out, or leave mesh out',
        },
      ];

/** With a tag that moves, pods of one version run different builds, and a rollback may fetch the bad build again. */
const imagesArePinned: Rule = ({ versions, allowUnpinned = [] }) =>
  Object.entries(versions ?? {})
    .filter(([name, { image }]) => !isPinned(image) && !allowUnpinned.includes(name))
    .map(([name, { image }]) => ({
      path: ['versions', name, 'image'],
      expected: 'an image with a tag other than latest, or a digest',
      found: image,
      fix: `name the build, such as ${image.replace(/:latest$/, '')}:1.0.0, or list ${name} under allowUnpinned`,
    }));

/** Kubernetes refuses a longer one, but only when the version is installed: in the middle of a release. */
export const namesFit: Rule = ({ name, versions }) =>
  listedVersions({ versions })
    .filter((version) => name !== undefined && versionedName(name, version).length > longestName)
    .map((version) => ({
      path: ['versions', version],
      expected: `a name that fits into ${longestName} characters`,
      found: `${versionedName(name ?? '', version)} with ${versionedName(name ?? '', version).length}`,
      fix: `shorten the version's name or the service's`,
    }));

const headerRoutesNameListedVersions: Rule = ({ headerRoutes = [], versions }) =>
  headerRoutes.flatMap((route, index) =>
    !versions || Object.hasOwn(versions, route.version)
      ? []
      : [unlisted(['headerRoutes', index, 'version'], route.version, { versions })],
  );

const stepsNameListedAnalyses: Rule = ({ steps = [], analyses = {} }) =>
  steps.flatMap((step, index) =>
    !('analyse' in step) || Object.hasOwn(analyses, step.analyse)
      ? []
      : [
          {
            path: ['steps', index, 'analyse'],
            expected: `one of the analyses: ${Object.keys(analyses).join(', ') || 'none is listed'}`,
            found: step.analyse,
            fix: `add it under analyses, or correct the name`,
          },
        ],
  );

const stepWeightsRise: Rule = ({ steps = [] }) => {
  let highest = 0;
  return steps.flatMap((step, index) => {
    if (!('weight' in step)) return [];
    if (step.weight > highest) {
      highest = step.weight;
      return [];
    }
    return [
      {
        path: ['steps', index, 'weight'],
        expected: `more than the ${highest} before it`,
        found: String(step.weight),
        fix: 'order the steps so that the weight rises',
      },
    ];
  });
};

/** The Deployment's own value wins over the ConfigMap's, so the file's would be ignored silently. */
const environmentLeavesOursAlone: Rule = ({ env = {}, versions = {} }) =>
  [
    { path: ['env'], env },
    ...Object.entries(versions).map(([name, version]) => ({ path: ['versions', name, 'env'], env: version.env ?? {} })),
  ].flatMap((place) =>
    serviceVariables
      .filter((variable) => Object.hasOwn(place.env, variable))
      .map((variable) => ({
        path: [...place.path, variable],
        expected: 'only variables that handover does not set itself',
        found: variable,
        fix: 'remove it; port, versions and timings set its value',
      })),
  );

function unlisted(path: Path, name: string, file: Known): Finding {
  return {
    path,
    expected: `one of the versions: ${listedVersions(file).join(', ')}`,
    found: name,
    fix: `add ${name} under versions, or remove it here`,
  };
}

const rules: readonly Rule[] = [
  someVersionIsListed,
  weightsNameListedVersions,
  weightsSumToWhole,
  rollingUpdateHasOneVersion,
  meshNeedsIstio,
  probesReachGatewaysAlone,
  imagesArePinned,
  namesFit,
  environmentLeavesOursAlone,
  shutdownFitsGracePeriod,
  sleepIsNotEmpty,
  proxiesCloseIdleConnectionsFirst,
  drainFitsItsLimit,
  progressOutlastsMinReady,
  triesOutlastRequests,
  headerRoutesNameListedVersions,
  stepsNameListedAnalyses,
  analysesCanFail,
  stepWeightsRise,
  autoscalerHasRoom,
  requestsFitLimits,
  autoscalingTargetsAreReachable,
];
