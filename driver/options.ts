/** The options that all commands share, and what they lead to. */
import {
  beside,
  formatProblem,
  isPlainAddress,
  messageOf,
  parseRelease,
  Refusal,
  type Grade,
  type Release,
} from '../model';
import type { Progress } from './core/event-lines';
import type { PrometheusAccess } from './istio/analysis';
import type { Exception } from './istio/exceptions';
import type { Io } from './io';

export interface Options {
  readonly file: string;
  readonly dist: string;
  /** A folder of manifests that are ready; left out, the app of cdk8s.yaml is run. */
  readonly manifests?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly json?: boolean;
  /** How people are told while it runs; left out, as the terminal can. */
  readonly progress?: Progress;
  readonly dryRun?: boolean;
  /** plan: with what becomes of each object. */
  readonly diff?: boolean;
  /** Seconds that proxies may take to act on a write. */
  readonly timeout: string;
  readonly gatewayAddress?: string;
  readonly prometheusAddress?: string;
  /** False: a completed release leaves release.yaml and dist/ as they are. */
  readonly writeBack?: boolean;
  readonly adopt?: boolean;
  /** Where to write the report in HTML. */
  readonly report?: string;
  /** status: go on until the release is over. */
  readonly watch?: boolean;
  /** Proxies that a person has judged, as POD.NAMESPACE. */
  readonly withoutProxy?: readonly string[];
  /** run, apply, promote: requests in flight to a version that may be cut off, each as VERSION=COUNT. */
  readonly acceptLoss?: readonly string[];
  /** run, plan: end when the former version is drained, and leave its removal to others. */
  readonly until?: 'drained';
  /** status: the releases that have ended, instead of what is live. */
  readonly history?: boolean;
  /** promote: skip the remaining steps. */
  readonly full?: boolean;
  /** By what evidence proxies are known to hold a write. */
  readonly evidence: Grade;
  /** Seconds after which a change is assumed to have reached every proxy. */
  readonly assumeAfter?: string;
  /** What `apply` does about a rolling update that is stuck. */
  readonly onFailure?: 'hold' | 'rollback';
  readonly unsafeNoGate?: boolean;
}

export const defaults = { file: 'app/release.yaml', dist: 'dist', timeoutSeconds: 300, pollMs: 100 } as const;

/** Throws a Refusal that lists every problem of the file. */
export function readRelease(io: Io, options: Options): Release {
  return releaseIn(io, readText(io, options.file), options);
}

/** Of a text that is needed itself, too: a second look at the file could find another one. */
export function releaseIn(io: Io, text: string, options: Options): Release {
  const parsed = parseRelease(
    text,
    beside(options.file, (path) => io.readFile(path)),
  );
  if ('problems' in parsed) {
    const lines = parsed.problems.map((problem) => formatProblem(options.file, problem));
    throw new Refusal(
      'release-file',
      'a release file that keeps all rules',
      lines.length === 1 ? 'a problem' : `${lines.length} problems`,
      `correct ${lines.length === 1 ? 'it' : 'them'}:\n${lines.join('\n')}`,
    );
  }
  const { release } = parsed;
  if (options.namespace === undefined || options.namespace === release.namespace) return release;
  const fix = 'leave --namespace out, or change the file and synthesize again';
  throw new Refusal('usage', `the namespace of ${options.file}, ${release.namespace}`, options.namespace, fix);
}

export function readText(io: Io, path: string): string {
  try {
    return io.readFile(path);
  } catch (error) {
    throw new Refusal('release-file', `a release file at ${path}`, messageOf(error), 'name the file with --file');
  }
}

export function gateLimitMs(options: Options): number {
  const seconds = Number(options.timeout);
  if (Number.isFinite(seconds) && seconds > 0) return seconds * 1000;
  throw new Refusal('usage', 'a number of seconds for --timeout', options.timeout, 'such as --timeout 300');
}

/** Undefined unless the operator accepts assumptions, which have to say how long they wait. */
export function assumeAfterMs({ evidence, assumeAfter }: Options): number | undefined {
  const seconds = Number(assumeAfter);
  if (evidence === 'assumed' && Number.isFinite(seconds) && seconds > 0) return seconds * 1000;
  if (evidence !== 'assumed' && assumeAfter === undefined) return undefined;
  const [expected, fix] =
    evidence === 'assumed'
      ? [
          'a number of seconds for --assume-after',
          'longer than your slowest proxy ever took, such as --assume-after 60',
        ]
      : ['--assume-after only with --evidence assumed', 'leave it out: what is asked for is waited for'];
  throw new Refusal('usage', expected, assumeAfter ?? 'none', fix);
}

/** Nobody but its own pod can send a request through a sidecar, and what is redirected at the gateway passes through none. */
export function refuseUnprobed(release: Release, { evidence }: Options): void {
  if (evidence !== 'probe') return;
  if (release.gateway.httpsRedirect) {
    const fix = 'use --evidence proxy: probes are plain HTTP';
    const found = 'gateway.httpsRedirect in the file';
    throw new Refusal('usage', 'a gateway that lets plain HTTP through for --evidence probe', found, fix);
  }
  if (!release.mesh) return;
  const fix = 'use --evidence proxy: probes pass through gateways, and never through a sidecar';
  throw new Refusal(
    'usage',
    'a route of gateways alone for --evidence probe',
    'mesh among the gateways of the file',
    fix,
  );
}

/** Somebody has to count what is in flight, or a drain would see nothing and call that quiet. */
export function refuseUncounted({ inFlight }: Release, { evidence, acceptLoss = [] }: Options): void {
  if (acceptLoss.length > 0 && (evidence !== 'proxy' || inFlight === 'proxies')) {
    const found = evidence === 'proxy' ? 'inFlight: proxies' : `--evidence ${evidence}`;
    const fix = 'leave --accept-loss out: what nobody counts may be any number';
    throw new Refusal('usage', 'requests that pods and proxies both count, for --accept-loss', found, fix);
  }
  if (evidence === 'proxy' || inFlight !== 'proxies') return;
  const fix = 'use --evidence proxy, or let pods count: inFlight: sidecar, or a metric';
  throw new Refusal(
    'usage',
    'proxies that are read, as the file says inFlight: proxies',
    `--evidence ${evidence}`,
    fix,
  );
}

const authorizationVariable = 'HANDOVER_PROMETHEUS_AUTHORIZATION';

/** What is wrong with credentials is said without them: refusals are logged. */
export function prometheusAccess(io: Io, { prometheusAddress: address }: Options): PrometheusAccess {
  if (address !== undefined && !isPlainAddress(address)) {
    const fix = 'such as --prometheus-address http://127.0.0.1:9090, and credentials in ' + authorizationVariable;
    throw new Refusal('usage', 'an http address without credentials, ? and #', 'something else', fix);
  }
  const authorization = io.environment[authorizationVariable]?.trim() || undefined;
  if (authorization === undefined || /^[A-Za-z]+ [\x21-\x7e]+$/.test(authorization)) return { address, authorization };
  const fix = 'such as "Bearer TOKEN", or "Basic " and the base64 of USER:PASSWORD';
  throw new Refusal('usage', `a header value in ${authorizationVariable}`, 'something else', fix);
}

/** Of the person who runs this command. Throws a Refusal for a name that no message of a proxy has. */
export function exceptionsOf(io: Io, { withoutProxy = [], acceptLoss = [] }: Options, user = 'somebody'): Exception[] {
  const wrong = withoutProxy.find((name) => !/^[^.]+\.[^.]+$/.test(name));
  const fix = 'write it as the messages do: --without-proxy POD.NAMESPACE';
  if (wrong !== undefined) throw new Refusal('usage', 'the name of a proxy', wrong, fix);
  const granted = { by: user, at: new Date(io.clock.nowMs()).toISOString() };
  return [
    ...withoutProxy.map((proxy) => ({ code: 'without-proxy', invariant: 'S9', proxy, count: 1, ...granted }) as const),
    ...acceptLoss.map((text) => ({ code: 'accept-loss', invariant: 'S3', ...lossIn(text), ...granted }) as const),
  ];
}

/** Throws a Refusal beside --accept-loss: whatever removes the version then has counted nothing. */
export function untilOf({ until, acceptLoss = [] }: Options): 'drained' | undefined {
  if (until === undefined || acceptLoss.length === 0) return until;
  const fix = 'leave one of the two out: whoever removes the version later counts no requests';
  throw new Refusal('usage', 'no --accept-loss beside --until drained', acceptLoss.join(' '), fix);
}

/** A share, or a word like "all", would be more than anybody has counted. */
export function lossIn(text: string): { readonly version: string; readonly count: number } {
  const [, version, digits] = /^(.+)=([1-9]\d{0,8})$/.exec(text) ?? [];
  if (version !== undefined && digits !== undefined) return { version, count: Number(digits) };
  const fix = 'write the number that the drain counted, such as --accept-loss v1=3';
  throw new Refusal('usage', 'VERSION=COUNT for --accept-loss, with a count of 1 or more', text, fix);
}
