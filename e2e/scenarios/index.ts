/** All scenarios, in the order in which they run: what is quick and breaks first comes first. */
import { oldestEnvoy, otherEnvoys } from '../support/envoys';
import { withEnvoy } from '../support/other-envoy';
import type { Scenario } from '../support/scenario';
import { acceptedManifests } from './accepted-manifests';
import { driverAboard } from './driver-aboard';
import { driverAboardEmptied } from './driver-aboard-emptied';
import { driverAboardHelm } from './driver-aboard-helm';
import { driverAdoptedScaled } from './driver-adopted-scaled';
import { driverAboardRolls, driverAboardUnlabelled } from './driver-aboard-rolls';
import { controlDeleteFirst } from './control-delete-first';
import { controlClassicSidecar } from './control-classic-sidecar';
import { controlExitAtOnce } from './control-exit-at-once';
import { controlOneApply } from './control-one-apply';
import { controlNoGate } from './control-no-gate';
import { driverPrometheus } from './driver-prometheus';
import { controlHeldRequests, driverHeldRequests } from './driver-held-requests';
import { driverDetour } from './driver-detour';
import { driverRun } from './driver-run';
import { driverAutoscaled } from './driver-autoscaled';
import { driverAbort } from './driver-abort';
import { driverBadVersion } from './driver-bad-version';
import { driverInCluster } from './driver-in-cluster';
import { driverApiAway } from './driver-api-away';
import { driverKilled } from './driver-killed';
import { driverInterfered } from './driver-interfered';
import { driverForeignEdit } from './driver-foreign-edit';
import { driverRouteDeleted } from './driver-route-deleted';
import { driverSubsetsDeleted } from './driver-subsets-deleted';
import { driverTwoGateways } from './driver-two-gateways';
import { driverShortOfPods, driverSickShortOfPods } from './driver-short-of-pods';
import { driverUnreadable } from './driver-unreadable';
import { driverForeignScaler } from './driver-foreign-scaler';
import { driverTwoServices } from './driver-two-services';
import { driverShadowed } from './driver-shadowed';
import { driverStreams } from './driver-streams';
import { driverSubsetLost } from './driver-subset-lost';
import { driverBystanders } from './driver-bystanders';
import { driverAwkwardPod } from './driver-awkward-pod';
import { driverFortio } from './driver-fortio';
import { driverHttpbin } from './driver-httpbin';
import { driverOnCall } from './driver-on-call';
import { driverOwnApp } from './driver-own-app';
import { driverOwnRoute } from './driver-own-route';
import { driverPodinfo } from './driver-podinfo';
import { driverSharedGateway } from './driver-shared-gateway';
import { driverHttps } from './driver-https';
import { driverMeshAlone } from './driver-mesh-alone';
import { driverNoSidecar } from './driver-no-sidecar';
import { driverProbe } from './driver-probe';
import { driverMesh } from './driver-mesh';
import { driverMovingMesh } from './driver-moving-mesh';
import { driverCutOff } from './driver-cut-off';
import { controlRollingUpdate } from './control-rolling-update';
import { gitopsIgnoring, gitopsReverting, gitopsSuspended } from './gitops';
import { highTraffic } from './high-traffic';
import { longRollingUpdate, rollingUpdateIngress, rollingUpdateService } from './rolling-update';
import { rollingUpdateAdopt } from './rolling-update-adopt';
import { rollingUpdateCutOff } from './rolling-update-cut-off';
import { rollingUpdateInterfered } from './rolling-update-interfered';
import { rollingUpdateStuck } from './rolling-update-stuck';
import { sidecarShutdown } from './sidecar-shutdown';
import { editWeights } from './edit-weights';
import { subsetSequence } from './subset-sequence';

export const scenarios: readonly Scenario[] = [
  acceptedManifests,
  controlOneApply,
  controlDeleteFirst,
  controlExitAtOnce,
  controlClassicSidecar,
  subsetSequence,
  editWeights,
  controlNoGate,
  controlHeldRequests,
  driverRun,
  driverHeldRequests,
  driverDetour,
  driverOwnApp,
  driverPodinfo,
  driverOwnRoute,
  driverSharedGateway,
  driverHttps,
  driverAwkwardPod,
  driverHttpbin,
  driverFortio,
  driverAboard,
  driverAdoptedScaled,
  driverAboardRolls,
  driverAboardUnlabelled,
  driverAboardHelm,
  driverAboardEmptied,
  driverMeshAlone,
  driverNoSidecar,
  driverTwoServices,
  driverTwoGateways,
  driverShortOfPods,
  driverSickShortOfPods,
  driverStreams,
  driverUnreadable,
  driverForeignScaler,
  driverForeignEdit,
  driverRouteDeleted,
  driverSubsetsDeleted,
  driverBystanders,
  driverShadowed,
  driverSubsetLost,
  driverAutoscaled,
  driverInCluster,
  driverAbort,
  driverOnCall,
  driverBadVersion,
  driverPrometheus,
  driverKilled,
  driverApiAway,
  driverInterfered,
  // With an old Envoy, which costs half a minute: that of the cluster is in all the others.
  { ...withEnvoy(oldestEnvoy, driverMesh), onRequest: undefined },
  { ...driverMesh, onRequest: true },
  driverProbe,
  driverMovingMesh,
  driverCutOff,
  controlRollingUpdate,
  rollingUpdateService,
  rollingUpdateIngress,
  rollingUpdateStuck,
  rollingUpdateAdopt,
  rollingUpdateCutOff,
  rollingUpdateInterfered,
  gitopsIgnoring,
  gitopsSuspended,
  gitopsReverting,
  highTraffic,
  sidecarShutdown,
  longRollingUpdate,
  ...otherEnvoys.flatMap((version) =>
    [driverRun, ...(version === oldestEnvoy ? [] : [driverMesh]), driverCutOff].map((scenario) =>
      withEnvoy(version, scenario),
    ),
  ),
];
