/** The kinds of values that a release file has. Each names what it expects, as it is told to whoever wrote another. */
import { z } from 'zod';
import { durationMs, durationPattern, formatSeconds } from './duration';
import { dnsLabel, labelValue, longestName } from './names';
import { quantityPattern } from './quantity';

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

export const port = z.int().min(1).max(65_535);
export const quantity = z.string().regex(quantityPattern, 'a Kubernetes quantity such as 100m or 128Mi');

export const gatewayReference = z
  .string()
  .regex(
    /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\/)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
    'own, mesh, or a Gateway that exists as NAMESPACE/NAME',
  );

export const hostName = z
  .string()
  .regex(
    /^\*$|^(\*\.)?([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    'a host name such as www.example.com',
  )
  .max(253);

const duration = 'a duration such as 15s or 5m';
const pauseDuration = `${duration}, or until promoted`;

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
  .regex(/^(\d{1,9}(ms|s|m|h)|until promoted)$/, pauseDuration)
  .transform((text) => durationMs(text) ?? ('until promoted' as const));

type InSeconds<T, K extends string> = { [P in keyof T as P extends K ? `${P}Seconds` : P]: T[P] };

/** In the file `drainLimit: 5m`, from here on `drainLimitSeconds: 300`: a number carries its unit in its name. */
export function inSeconds<K extends string>(...names: K[]) {
  return <T extends object>(fields: T) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [names.includes(name as K) ? `${name}Seconds` : name, value]),
    ) as InSeconds<T, K>;
}
