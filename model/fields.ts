/** The kinds of values that a release file has. Each names what it expects, as it is told to whoever wrote another. */
import * as z from 'zod';
import { durationMs, durationPattern, formatDuration, formatSeconds } from './duration';
import { dnsLabel, labelValue, longestName } from './names';
import { isMore, nanosOf } from './quantity';
import { told } from './told';

export const label = z
  .string()
  .regex(dnsLabel, 'a DNS label: lower-case letters, digits and "-", beginning with a letter')
  .max(longestName);

/** YAML reads 1.10 as the number 1.1, which names another version. */
const quoted = ({ input }: { readonly input?: unknown }) =>
  typeof input === 'number' ? `a name in quotes such as '1.10', as YAML reads it as a number without them` : undefined;

export const versionName = z
  .string({ error: quoted })
  .regex(
    labelValue,
    'a version such as v2 or 1.5.0: letters, digits, "-", "_" and ".", beginning and ending with a letter or digit',
  )
  .max(longestName);

/** What a field of Kubernetes and Istio holds. A larger number wraps around: 4294967297 pods at most are one. */
const largestCount = 2 ** 31 - 1;

export function count({ least = 1 } = {}) {
  return z.int().min(least).max(largestCount);
}

/** Also the key of a ConfigMap, which is not longer and no path. */
export const envName = z
  .string()
  .regex(
    /^(?!\.$|\.\.)[-._A-Za-z][-._A-Za-z0-9]*$/,
    'the name of an environment variable: letters, digits, "-", "_" and ".", not beginning with a digit',
  )
  .max(253);

/** What most objects of Kubernetes may be called, such as a Secret: the name of a domain is one. */
export const objectName = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    'the name of an object such as example-com or example.com: lower-case letters, digits, "-" and "."',
  )
  .max(253);

/** Unlike that of a Service, it may begin with a digit. */
export const namespaceName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'a namespace: lower-case letters, digits and "-"')
  .max(longestName);

const labelName = z
  .string()
  .regex(
    /^([a-z0-9][-a-z0-9.]{0,251}[a-z0-9]\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
    'the name of a label such as app or example.com/app',
  );

const labelText = z
  .string()
  .regex(
    /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/,
    'the value of a label: at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit',
  )
  .meta(told('The value that the label of this name has to have.', 'ingressgateway'));

/** An empty selector selects everything that there is. */
export const selector = z
  .record(labelName, labelText)
  .refine((labels) => Object.keys(labels).length > 0, 'at least one label, as none selects every pod');

/** HTTP/2 and Envoy know header names in lower case only. */
export const headerName = z.string().regex(/^[a-z0-9-]+$/, 'a header in lower case, such as x-beta');

/** Istio takes a condition of Envoy, or an HTTP status. */
export const retryCondition = z
  .string()
  .regex(
    /^(4(0\d|1[0-8]|2[1-689]|31|51)|5(0[0-8]|1[01])|5xx|gateway-error|reset|reset-before-request|connect-failure|envoy-ratelimited|retriable-4xx|refused-stream|retriable-status-codes|retriable-headers|http3-post-connect-failure|cancelled|deadline-exceeded|internal|resource-exhausted|unavailable)$/,
    'a condition that Istio knows, such as connect-failure or 503',
  );

export const port = z.int().min(1).max(65_535);

/** Kubernetes takes more than these patterns, such as a gigabyte of CPU. */
export const cpu = z
  .string()
  .regex(/^(\d+m|\d+(\.\d{1,3})?)$/, { error: 'an amount of CPU such as 500m or 1.5', abort: true })
  .refine((text) => !isMore('1m', text), 'at least 1m, as 0 is refused or means no limit');

/** Enough for the smallest program, and more than anybody writes who has forgotten the unit. */
const leastMemory = '1Mi';

export const memory = z
  .string()
  .regex(/^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/, { error: 'an amount of memory such as 128Mi', abort: true })
  .refine((text) => !isMore(leastMemory, text), {
    error: ({ input }) => `at least ${leastMemory}, as ${lessMemory(String(input))}`,
    abort: true,
  })
  .refine((text) => (nanosOf(text) ?? 0n) % 1_000_000_000n === 0n, 'a whole number of bytes, such as 128Mi or 1.5Gi');

function lessMemory(text: string): string {
  if (!text.endsWith('m')) return 'no container starts with less';
  return `the unit m means thousandths of a byte, where Mi means mebibytes: ${text.slice(0, -1)}Mi`;
}

/** A name in a registry, its tag, its digest. With another one the kubelet never starts the pod: InvalidImageName. */
export const image = z
  .string()
  .regex(
    /^([A-Za-z0-9.-]+(:\d+)?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    'an image reference such as registry.example.com/shop:1.4.0',
  )
  .max(500);

export const gatewayReference = z
  .string()
  .regex(
    /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\/)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
    'own, mesh, or a Gateway that exists as NAMESPACE/NAME',
  );

export const hostName = z
  .string()
  .regex(
    /^\*$|^(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)*(?!\d+$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'a host name such as www.example.com, and no address',
  )
  .max(253);

const duration = 'a duration such as 15s or 5m';
const pauseDuration = `${duration}, or until promoted`;

/** Four weeks. Whoever waits longer waits for a person. */
const longestPauseMs = 672 * 3_600_000;

/** Half a day: the sum of two of them still is a delay that the service accepts. */
const longestSeconds = 43_200;

/** A duration in the file, a number of whole seconds from here on: neither Kubernetes nor a proxy is told a fraction. */
export function seconds({ least = 0 } = {}) {
  return z
    .string({ error: duration })
    .regex(durationPattern, duration)
    .transform((text, { issues }) => {
      const seconds = (durationMs(text) ?? Number.NaN) / 1_000;
      const expected = unlike(seconds, least);
      if (expected !== undefined) issues.push({ code: 'custom', message: expected, input: text });
      return seconds;
    });
}

function unlike(seconds: number, least: number): string | undefined {
  if (!Number.isInteger(seconds)) return 'a duration of whole seconds, such as 1s';
  if (seconds < least) return `at least ${formatSeconds(least)}`;
  return seconds > longestSeconds ? `at most ${formatSeconds(longestSeconds)}` : undefined;
}

/** From here on a number of milliseconds, or the words. */
export const pause = z
  .string({ error: pauseDuration })
  .regex(/^(\d{1,9}(ms|s|m|h)|until promoted)$/, { error: pauseDuration, abort: true })
  .refine((text) => (durationMs(text) ?? 0) <= longestPauseMs, {
    error: `at most ${formatDuration(longestPauseMs)}, or until promoted`,
    abort: true,
  })
  .transform((text) => durationMs(text) ?? ('until promoted' as const));

type InSeconds<T, K extends string> = { [P in keyof T as P extends K ? `${P}Seconds` : P]: T[P] };

/** In the file `drainLimit: 5m`, from here on `drainLimitSeconds: 300`: a number carries its unit in its name. */
export function inSeconds<K extends string>(...names: K[]) {
  return <T extends object>(fields: T) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [names.includes(name as K) ? `${name}Seconds` : name, value]),
    ) as InSeconds<T, K>;
}
