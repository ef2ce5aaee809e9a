/** Rules about analyses: an analysis that cannot fail lets every version through. */
import type { Finding } from './finding';
import type { Analysis } from './release-file';
import type { Rule } from './rule';

export const analysesCanFail: Rule = ({ analyses = {} }) =>
  Object.entries(analyses).flatMap(([name, analysis]) =>
    [
      ...thresholdFindings(analysis),
      ...tooManyFailures(analysis),
      ...unknownPlaceholders(analysis),
      ...addressFindings(analysis),
    ].map((finding) => ({
      ...finding,
      path: ['analyses', name, ...finding.path],
    })),
  );

function thresholdFindings(analysis: Analysis): Finding[] {
  if (!('prometheus' in analysis)) return [];
  const { min, max } = analysis.prometheus;
  const path = ['prometheus'];
  if (min === undefined && max === undefined)
    return [{ path, expected: 'min, max or both', found: 'neither', fix: 'say which numbers are good' }];
  if (min === undefined || max === undefined || min <= max) return [];
  const fix = 'swap them, or correct one';
  return [{ path: [...path, 'max'], expected: `at least min = ${min}`, found: String(max), fix }];
}

function tooManyFailures(analysis: Analysis): Finding[] {
  const [kind, count, maxFailures] =
    'prometheus' in analysis
      ? ['prometheus', analysis.prometheus.count, analysis.prometheus.maxFailures]
      : ['requests', analysis.requests.perSecond * analysis.requests.seconds, analysis.requests.maxFailures];
  if (maxFailures < count) return [];
  const expected = `less than the ${count} measurements that are taken`;
  return [{ path: [String(kind), 'maxFailures'], expected, found: String(maxFailures), fix: `lower it` }];
}

/** Does not print what it found: credentials must not get into logs. */
function addressFindings(analysis: Analysis): Finding[] {
  if (!('prometheus' in analysis) || isPlainAddress(analysis.prometheus.address)) return [];
  const path = ['prometheus', 'address'];
  const fix = 'take them out; credentials go into HANDOVER_PROMETHEUS_AUTHORIZATION when handover runs';
  return [{ path, expected: 'an address without credentials, ? and #', found: 'one with them', fix }];
}

/** To which the path of a query can be added. */
export function isPlainAddress(address: string): boolean {
  return URL.canParse(address) && /^https?:\/\/[^?#@]+$/i.test(address);
}

const placeholders = ['version', 'name', 'namespace', 'interval'];

function unknownPlaceholders(analysis: Analysis): Finding[] {
  if (!('prometheus' in analysis)) return [];
  const used = [...analysis.prometheus.query.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name = '']) => name);
  const expected = `the placeholders ${placeholders.map((name) => `{{${name}}}`).join(', ')}`;
  return used
    .filter((name) => !placeholders.includes(name))
    .map((name) => ({ path: ['prometheus', 'query'], expected, found: `{{${name}}}`, fix: 'correct the name' }));
}
