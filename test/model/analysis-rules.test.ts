import { parseRelease } from '../../model';
import { releaseText } from '../support/release';

const prometheus = { address: 'http://prometheus:9090', query: 'up', min: 1 };
const requests = { path: '/ping', perSecond: 2, duration: '3s' };

function findings(analysis: object): string[] {
  const parsed = parseRelease(releaseText({ analyses: { errors: analysis as never } }));
  return 'problems' in parsed ? parsed.problems.map(({ path, found }) => `${path.join('.')}: ${found}`) : [];
}

test.each([
  ['no threshold', { prometheus: { ...prometheus, min: undefined } }, 'analyses.errors.prometheus: neither'],
  ['min above max', { prometheus: { ...prometheus, max: 0.5 } }, 'analyses.errors.prometheus.max: 0.5'],
  [
    'as many failures allowed as measurements',
    { prometheus: { ...prometheus, count: 3, maxFailures: 3 } },
    'analyses.errors.prometheus.maxFailures: 3',
  ],
  ['every request may fail', { requests: { ...requests, maxFailures: 6 } }, 'analyses.errors.requests.maxFailures: 6'],
  [
    'credentials, which would be in Git and in logs',
    { prometheus: { ...prometheus, address: 'http://me:secret@prometheus:9090' } },
    'analyses.errors.prometheus.address: one with them',
  ],
  [
    'an address to which no path can be added',
    { prometheus: { ...prometheus, address: 'http://prometheus:9090/?tenant=a' } },
    'analyses.errors.prometheus.address: one with them',
  ],
  [
    'another protocol than HTTP',
    { prometheus: { ...prometheus, address: 'ftp://prometheus' } },
    'analyses.errors.prometheus.address: "ftp://prometheus"',
  ],
  [
    'a placeholder that nobody fills in',
    { prometheus: { ...prometheus, query: 'up{v="{{version}}",p="{{pod}}"}' } },
    'analyses.errors.prometheus.query: {{pod}}',
  ],
])('an analysis with %s is refused, as it cannot fail or cannot be taken', (_, analysis, problem) => {
  expect(findings(analysis)).toEqual([problem]);
});

test.each([
  { prometheus },
  {
    prometheus: { ...prometheus, max: 1, query: 'up{a="{{version}}",b="{{ name }}",c="{{namespace}}"}[{{interval}}]' },
  },
  { requests: { ...requests, maxFailures: 5 } },
])('an analysis that can fail is accepted: %j', (analysis) => {
  expect(findings(analysis)).toEqual([]);
});
