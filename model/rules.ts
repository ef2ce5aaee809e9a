/**
 * Rules of a release file that span several fields. Each is checked as soon as the fields it reads have the right shape,
 * so that one pass reports every problem.
 */
import { analysesCanFail } from './analysis-rules';
import { autoscalerHasRoom, autoscalingTargetsAreReachable, requestsFitLimits } from './capacity-rules';
import type { Finding, Path } from './finding';
import { isPinned } from './image';
import { longestName, meshGateway, subsetName, versionedName } from './names';
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

/** `weights` is among the fields without a value when the file has none; a wrong one is reported by itself. */
const severalVersionsHaveWeights: Rule = (file) => {
  const names = listedVersions(file);
  if (!Object.hasOwn(file, 'weights') || file.weights || names.length < 2) return [];
  return [
    {
      path: ['weights'],
      expected: `weights, as there are several versions: ${names.join(', ')}`,
      found: 'nothing',
      fix: `add them, such as weights: {'${names[0]}': ${wholeSplit}}`,
    },
  ];
};

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
const meshNeedsIstio: Rule = ({ profile, gateways }) =>
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

const routesHaveTheirGateway: Rule = ({ gateways }) =>
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

/** Only its own pod can send a request through a sidecar. */
const probesReachGatewaysAlone: Rule = ({ gateways, access }) =>
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

/** The Deployment of one would be the Deployment of the other. */
const versionsHaveObjectsOfTheirOwn: Rule = (file) => {
  const names = listedVersions(file);
  return names.flatMap((name, index) => {
    const other = names.slice(0, index).find((before) => subsetName(before) === subsetName(name));
    if (other === undefined) return [];
    const expected = `a name that differs from ${other} in letters or digits, as both are ${subsetName(name)} in names of objects`;
    return [{ path: ['versions', name], expected, found: name, fix: 'rename one of them' }];
  });
};

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
  severalVersionsHaveWeights,
  weightsNameListedVersions,
  weightsSumToWhole,
  rollingUpdateHasOneVersion,
  meshNeedsIstio,
  routesHaveTheirGateway,
  probesReachGatewaysAlone,
  imagesArePinned,
  namesFit,
  versionsHaveObjectsOfTheirOwn,
  environmentLeavesOursAlone,
  shutdownFitsGracePeriod,
  sleepIsNotEmpty,
  proxiesCloseIdleConnectionsFirst,
  drainFitsItsLimit,
  progressOutlastsMinReady,
  triesOutlastRequests,
  stepsNameListedAnalyses,
  analysesCanFail,
  stepWeightsRise,
  autoscalerHasRoom,
  requestsFitLimits,
  autoscalingTargetsAreReachable,
];
