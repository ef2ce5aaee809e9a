/** Invariant S10 of pods that somebody else described: what a pod needs from its deletion to its end, on the finished object. */
import {
  fieldsOf,
  listOf,
  preStopSeconds,
  problemAt,
  specOf,
  type ManifestProblem,
  type Placed,
} from '../../manifests';
import type { Manifest, Release } from '../../model';

export interface ShutdownFindings {
  readonly problems: readonly ManifestProblem[];
  readonly warnings: readonly ManifestProblem[];
}

/** `place`: where the Deployment was written. */
export function shutdownFindings(place: Placed, deployment: Manifest, { timings }: Release): ShutdownFindings {
  const pod = fieldsOf(fieldsOf(specOf(deployment).template).spec);
  const grace = Number(pod.terminationGracePeriodSeconds);
  const {
    longestRequestSeconds: longest,
    exitMarginSeconds: margin,
    endpointPropagationSeconds: propagation,
  } = timings;
  const problems: ManifestProblem[] = [];
  const warnings: ManifestProblem[] = [];
  for (const container of listOf(pod.containers)) {
    const hook = fieldsOf(fieldsOf(container.lifecycle).preStop);
    const where = `container ${String(container.name)}`;
    const delay = preStopSeconds(hook);
    if (delay === undefined) {
      const expected = `a preStop hook of ${where} whose time can be told, such as sleep: { seconds: ${propagation} }`;
      const fix = `make sure that it takes ${propagation} s at least, and leaves ${longest + margin} s of the ${grace} s`;
      warnings.push(problemAt(place, expected, JSON.stringify(hook), fix));
      continue;
    }
    const program = listOf([hook.exec])[0]?.command;
    if (Array.isArray(program)) {
      const expected = `the program ${String(program[0])} in the image of ${where}: without it pods stop at once`;
      warnings.push(
        problemAt(place, expected, 'a hook that runs it', 'use sleep: { seconds } from Kubernetes 1.30 on'),
      );
    }
    if (delay < propagation) {
      const expected = `a preStop hook of ${where} of at least timings.endpointPropagation = ${propagation} s`;
      problems.push(problemAt(place, expected, `${delay} s`, 'make it longer, or leave it out'));
    }
    if (delay + longest + margin >= grace) {
      const expected = `terminationGracePeriodSeconds above preStop + longestRequest + exitMargin = ${delay + longest + margin}`;
      problems.push(
        problemAt(place, expected, String(grace), 'raise it, leave it out, or lower timings in the release file'),
      );
    }
  }
  return { problems, warnings };
}
