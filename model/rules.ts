/**
 * Rules of a release file that span several fields. Each is checked as soon as the fields it reads have the right shape,
 * so that one pass reports every problem.
 */
import {
  adoptedHasNoWorkload,
  adoptedObjectsAreNoOthers,
  adoptingNeedsAWorkload,
  oneVersionIsAdopted,
  versionsAreMadeOrAdopted,
} from './adopt-rules';
import { analysesCanFail } from './analysis-rules';
import { autoscalerHasRoom, autoscalingTargetsAreReachable, requestsFitLimits } from './capacity-rules';
import { driverJobFits, hostsAreTaken, hostsDiffer, portIsFree } from './cluster-rules';
import { headerRoutesDiffer, replicasAreNotAutoscaled, retriesAreSomeOrSayNothing } from './effect-rules';
import type { Finding } from './finding';
import {
  gatewayOptionsAreOfTheMade,
  gatewayPortsDiffer,
  httpsHasACertificate,
  publishedServicesHaveHosts,
  redirectsAnswerNoProbe,
  routeSpeaksForItself,
  probesReachGatewaysAlone,
  someoneCountsRequests,
} from './gateway-rules';
import { didYouMean } from './nearest';
import type { Known, Rule } from './rule';
import { serviceVariables } from './service-contract';
import {
  drainFitsItsLimit,
  progressOutlastsStart,
  proxiesCloseIdleConnectionsFirst,
  shutdownFitsGracePeriod,
  triesOutlastRequests,
} from './timing-rules';
import {
  imagesArePinned,
  namesFit,
  rollingUpdateHasOneVersion,
  severalVersionsHaveWeights,
  someVersionIsListed,
  unpinnedVersionsAreListed,
  versionsHaveObjectsOfTheirOwn,
  weightsNameListedVersions,
  weightsSumToWhole,
} from './version-rules';
import {
  allVersionsHaveAWorkload,
  containerBelongsToAWorkload,
  workloadNeedsIstio,
  workloadSpeaksForItself,
} from './workload-rules';

export function checkRules(file: Known): Finding[] {
  return rules.flatMap((rule) => rule(file));
}

const stepsNameListedAnalyses: Rule = ({ steps = [], analyses = {} }) =>
  steps.flatMap((step, index) =>
    !('analyse' in step) || Object.hasOwn(analyses, step.analyse)
      ? []
      : [
          {
            path: ['steps', index, 'analyse'],
            expected: `one of the analyses: ${Object.keys(analyses).join(', ') || 'none is listed'}`,
            found: step.analyse,
            fix: didYouMean(step.analyse, Object.keys(analyses), 'add it under analyses, or correct the name'),
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

const rules: readonly Rule[] = [
  versionsAreMadeOrAdopted,
  adoptedHasNoWorkload,
  adoptingNeedsAWorkload,
  oneVersionIsAdopted,
  adoptedObjectsAreNoOthers,
  allVersionsHaveAWorkload,
  workloadSpeaksForItself,
  workloadNeedsIstio,
  containerBelongsToAWorkload,
  someVersionIsListed,
  severalVersionsHaveWeights,
  weightsNameListedVersions,
  weightsSumToWhole,
  rollingUpdateHasOneVersion,
  publishedServicesHaveHosts,
  routeSpeaksForItself,
  gatewayOptionsAreOfTheMade,
  httpsHasACertificate,
  gatewayPortsDiffer,
  redirectsAnswerNoProbe,
  probesReachGatewaysAlone,
  someoneCountsRequests,
  imagesArePinned,
  unpinnedVersionsAreListed,
  namesFit,
  versionsHaveObjectsOfTheirOwn,
  environmentLeavesOursAlone,
  shutdownFitsGracePeriod,
  proxiesCloseIdleConnectionsFirst,
  drainFitsItsLimit,
  progressOutlastsStart,
  triesOutlastRequests,
  stepsNameListedAnalyses,
  analysesCanFail,
  stepWeightsRise,
  autoscalerHasRoom,
  requestsFitLimits,
  autoscalingTargetsAreReachable,
  replicasAreNotAutoscaled,
  retriesAreSomeOrSayNothing,
  headerRoutesDiffer,
  driverJobFits,
  hostsDiffer,
  hostsAreTaken,
  portIsFree,
];
