/** What endangers requests in a workload's YAML, and is not refused: whoever wrote it may have a reason. */
import {
  fieldsOf,
  listOf,
  podSpecOf,
  problemAt,
  servicePorts,
  specOf,
  textOf,
  type ManifestProblem,
  type WorkloadParts,
} from '../../manifests';

export function workloadWarnings(parts: WorkloadParts, container: string): ManifestProblem[] {
  return [...withoutReadiness(parts, container), ...unavailable(parts), ...countedTwice(parts), ...untoldPorts(parts)];
}

function withoutReadiness({ deployment }: WorkloadParts, container: string): ManifestProblem[] {
  const main = listOf(podSpecOf(deployment).containers).find(({ name }) => name === container);
  if (!main || main.readinessProbe !== undefined) return [];
  const fix = 'add one: a pod gets requests as soon as it runs, before the program listens';
  return [problemAt(deployment, `a readinessProbe of container ${container}`, 'none', fix)];
}

/** The default, 25 %, is rounded down: of fewer than four pods none is missing. */
function unavailable({ deployment }: WorkloadParts): ManifestProblem[] {
  const { type = 'RollingUpdate', rollingUpdate } = fieldsOf(specOf(deployment.manifest).strategy);
  const { maxUnavailable } = fieldsOf(rollingUpdate);
  const fix = 'write maxUnavailable: 0: when its pods are replaced, a version must not have fewer than it needs';
  if (type === 'Recreate') return [problemAt(deployment, 'strategy RollingUpdate', 'Recreate', fix)];
  const isNone = [0, '0', '0%', undefined].some((none) => maxUnavailable === none);
  return isNone ? [] : [problemAt(deployment, 'maxUnavailable: 0', JSON.stringify(maxUnavailable), fix)];
}

function countedTwice({ deployment, ofVersion }: WorkloadParts): ManifestProblem[] {
  const { replicas } = specOf(deployment.manifest);
  const scaler = ofVersion.find(({ manifest }) => 'scaleTargetRef' in specOf(manifest));
  if (replicas === undefined || !scaler) return [];
  const expected = `no replicas, as ${scaler.manifest.kind} ${scaler.manifest.metadata.name} decides`;
  return [problemAt(deployment, expected, JSON.stringify(replicas), 'leave it out: each apply sets the number back')];
}

const told = /^(http|http2|https|grpc|grpc-web|tcp|tls|mongo|mysql|redis|udp)(-|$)/;

/** Istio has to guess the protocol then. */
function untoldPorts({ service }: WorkloadParts): ManifestProblem[] {
  return servicePorts(service.manifest)
    .filter(({ name, appProtocol }) => appProtocol === undefined && !told.test(textOf(name)))
    .map(({ name, port }) => {
      const expected = `appProtocol, or a name such as http-… or grpc-…, on port ${JSON.stringify(port)} of the Service`;
      return problemAt(
        service,
        expected,
        JSON.stringify(name ?? 'none'),
        'add it: Istio guesses the protocol otherwise',
      );
    });
}
