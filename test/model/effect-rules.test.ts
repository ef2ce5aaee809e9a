import { formatProblem, parseRelease } from '../../model';
import { releaseText } from '../support/release';

/** One more field in each line. */
const withMore = (...lines: string[]) => [releaseText().trimEnd(), ...lines].join('\n');

function problemsOf(text: string): string[] {
  const parsed = parseRelease(text);
  return 'problems' in parsed ? parsed.problems.map((problem) => formatProblem('f', problem)) : [];
}

describe('a field that does nothing in its profile is refused', () => {
  const fieldsOf = (text: string) => problemsOf(text).map((problem) => /^f:\d+:\d+ ([^:]*):/.exec(problem)?.[1]);

  test('in a rolling update all that speaks of proxies, at once, each with its place', () => {
    const lines = {
      gateway: 'gateway: {selector: {istio: ingressgateway}, tlsSecret: shop}',
      gateways: 'gateways: [own]',
      steps: 'steps: [{weight: 10}, {analyse: errors}]',
      analyses: 'analyses: {errors: {requests: {path: /}}}',
      headerRoutes: 'headerRoutes: [{header: x-user, exact: a, version: v1}]',
      retries: 'retries: {attempts: 2}',
      outlierDetection: 'outlierDetection: {maxEjectionPercent: 100}',
      connectionLimits: 'connectionLimits: {maxConnections: 9}',
      sidecar: 'sidecar: native',
      'timings.drainLimit': 'timings: {startup: 20s, drainLimit: 1h}',
      'access.evidence': "access: {image: 'h:1', evidence: probe}",
    };
    const text = withMore('profile: rolling-update', ...Object.values(lines));
    expect(fieldsOf(text)).toEqual(Object.keys(lines));
    expect(problemsOf(text)[0]).toBe(
      'f:11:1 gateway: expected no gateway, as it does nothing in the profile rolling-update, found it; remove it, or use the profile istio',
    );
    expect(fieldsOf(withMore(...Object.values(lines)))).toEqual([]);
  });

  test('in the profile istio the Ingress', () => {
    expect(fieldsOf(withMore('ingress: {className: nginx}'))).toEqual(['ingress']);
    expect(fieldsOf(withMore('profile: rolling-update', 'ingress: {className: nginx}'))).toEqual([]);
  });

  test('but not one that says nothing', () => {
    expect(fieldsOf(withMore('profile: rolling-update', 'steps: []', 'analyses: {}', 'retries:'))).toEqual([]);
  });
});
