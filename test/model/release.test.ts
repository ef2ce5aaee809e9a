import { deploymentName, findVersion, leastPods, lockName, serviceHost, versionNames } from '../../model';
import { bothVersions, releaseOf } from '../support/release';

describe('high traffic', () => {
  const filledIn = ['autoscaling', 'retries', 'outlierDetection', 'connectionLimits'] as const;

  test('fills in what the file leaves out', () => {
    const release = releaseOf({ highTraffic: true });
    for (const field of filledIn) expect(release[field]).toBeDefined();
    for (const field of filledIn) expect(releaseOf()[field]).toBeUndefined();
    expect(release.autoscaling).toEqual({ minReplicas: 2, maxReplicas: 4, cpu: '900m', memory: '768Mi' });
    expect(release.retries?.attempts).toBe(10);
  });

  test('leaves alone what the file says', () => {
    const own = {
      autoscaling: { minReplicas: 7, maxReplicas: 9, cpu: '100m', memory: '10Mi' },
      retries: { attempts: 0 },
      outlierDetection: { consecutive5xxErrors: 1, interval: '1s', baseEjection: '1s', maxEjectionPercent: 1 },
      connectionLimits: { maxConnections: 1 },
    };
    const { outlierDetection, ...others } = own;
    const { interval: _, baseEjection: __, ...counts } = outlierDetection;
    const resolved = { ...counts, intervalSeconds: 1, baseEjectionSeconds: 1 };
    expect(releaseOf({ highTraffic: true, ...own })).toMatchObject({ ...others, outlierDetection: resolved });
  });

  test('gives a try at least 5 seconds, and never less than the longest request', () => {
    const perTry = (longestRequestSeconds: number) =>
      releaseOf({ highTraffic: true, timings: { longestRequest: `${longestRequestSeconds}s` } }).retries
        ?.perTryTimeoutSeconds;
    expect([perTry(1), perTry(5), perTry(20)]).toEqual([5, 5, 20]);
  });
});

describe('the pods of a version', () => {
  test('are two, or three of a rolling update, unless the file says more', () => {
    const pods = (fields: object) => releaseOf(fields).versions.map(({ replicas }) => replicas);
    expect(pods({})).toEqual([2]);
    expect(pods({ profile: 'rolling-update' })).toEqual([3]);
    expect(pods({ profile: 'rolling-update', replicas: 1 })).toEqual([1]);
    expect(pods({ replicas: 4, versions: { ...bothVersions, v1: { image: 'x:1', replicas: 6 } } })).toEqual([6, 4]);
  });

  test("are at least the autoscaler's minimum when it has one", () => {
    const least = (fields: object) => leastPods(releaseOf(fields), releaseOf(fields).versions[0]!);
    expect(least({ replicas: 4 })).toBe(4);
    expect(least({ highTraffic: true })).toBe(2);
  });
});

test('names derive from service and version', () => {
  const release = releaseOf({ versions: bothVersions });
  expect(versionNames(release)).toEqual(['v1', 'v2']);
  expect(deploymentName(release, findVersion(release, 'v2'))).toBe('demo-v2');
  const rolling = releaseOf({ profile: 'rolling-update' });
  expect(deploymentName(rolling, findVersion(rolling, 'v1'))).toBe('demo');
  expect(serviceHost('demo', 'ns')).toBe('demo.ns.svc.cluster.local');
  expect(lockName(release)).toBe('handover-demo');
});

test('a version that is not listed cannot be found', () => {
  expect(() => findVersion(releaseOf(), 'v9')).toThrow(new RangeError('expected one of v1, found v9'));
});
