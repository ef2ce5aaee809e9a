/** Fields of a release file about how a release moves, and what it is measured by. */
import * as z from 'zod';
import { inSeconds, label, pause, seconds } from './fields';
import { told } from './told';

export const step = z.union([
  z
    .strictObject({
      weight: z
        .int()
        .min(1)
        .max(100)
        .meta(
          told(
            'The share of the new version from here on, in percent; more than in the steps before. It rises when there are pods for it and every proxy knows them.',
            10,
          ),
        ),
    })
    .meta(told('Moves traffic to the new version.', { weight: 10 })),
  z
    .strictObject({
      pause: pause.meta(
        told(
          'A duration of at most 672h, which is four weeks; or until promoted: then the release waits for `handover promote`, which passes any pause.',
          '5m',
          'until promoted',
        ),
      ),
    })
    .transform(({ pause }) => ({ pauseMs: pause }))
    .meta(told('Waits before the next step.', { pause: '5m' })),
  z
    .strictObject({
      analyse: label.meta(
        told(
          'The name of one of the analyses. Failed: all traffic goes back to the old version. Inconclusive: the driver holds.',
          'errors',
        ),
      ),
    })
    .meta(
      told('Measures, and goes on only if the result is good.', {
        analyse: 'errors',
      }),
    ),
]);

const requests = z
  .strictObject({
    path: z
      .string()
      .regex(/^\//, 'a path that begins with /')
      .meta(told('The path of each request, with its query. It has to be answered with a status 2xx.', '/healthz')),
    perSecond: z.int().min(1).max(1000).default(20).meta(told('Requests per second, begun at a constant rate.', 50)),
    duration: seconds({ least: 1 }).prefault('10s').meta(told('How long requests are sent, in whole seconds.', '30s')),
    maxFailures: z.int().min(0).default(0).meta(told('How many requests may fail; fewer than are sent.', 3)),
  })
  .transform(({ duration, ...settings }) => ({ ...settings, seconds: duration }));

const requestsAnalysis = z
  .strictObject({
    requests: requests.meta(
      told(
        'Requests to the first of the hosts, through the plain HTTP port of the gateway. Needs --gateway-address, or access.gatewayAddress.',
        { path: '/', perSecond: 20, duration: '30s' },
      ),
    ),
  })
  .meta(told('An analysis by requests that the driver sends.', { requests: { path: '/', duration: '30s' } }));

const latency = {
  address: 'http://prometheus.monitoring:9090',
  query:
    'histogram_quantile(0.99, sum by (le) (rate(istio_request_duration_milliseconds_bucket{reporter="source",destination_service_name="{{name}}",destination_service_namespace="{{namespace}}",destination_version="{{version}}"}[{{interval}}])))',
  max: 500,
  interval: '60s',
};

const prometheus = z
  .strictObject({
    address: z
      .url({ protocol: /^https?$/, error: 'an address such as http://prometheus.monitoring:9090' })
      .meta(
        told(
          'Where Prometheus is, without credentials: those go into HANDOVER_PROMETHEUS_AUTHORIZATION when handover runs.',
          latency.address,
        ),
      ),
    query: z
      .string()
      .min(1)
      .meta(
        told(
          'A query with one number as its result. It may name {{version}} (the version on trial), {{name}}, {{namespace}} and {{interval}}.',
          latency.query,
        ),
      ),
    min: z
      .number()
      .optional()
      .meta(told('The least number that is good. One of min and max is needed. Left out: no lower limit.', 0.99)),
    max: z
      .number()
      .optional()
      .meta(told('The highest number that is good. One of min and max is needed. Left out: no upper limit.', 500)),
    interval: seconds({ least: 1 })
      .prefault('5s')
      .meta(
        told(
          'The time before each measurement, in whole seconds. A rate over {{interval}} needs four times the scrape interval or more.',
          '60s',
        ),
      ),
    count: z.int().min(1).default(3).meta(told('How many measurements are taken.', 5)),
    maxFailures: z
      .int()
      .min(0)
      .default(0)
      .meta(told('How many measurements may be beyond min or max; fewer than count.', 1)),
  })
  .transform(inSeconds('interval'));

const prometheusAnalysis = z
  .strictObject({
    prometheus: prometheus.meta(
      told('Asks Prometheus for one number, several times. A missing number is inconclusive.', latency),
    ),
  })
  .meta(told('An analysis by Prometheus.', { prometheus: latency }));

export const analysis = z
  .union([requestsAnalysis, prometheusAnalysis])
  .meta(
    told(
      'One analysis, by requests or by Prometheus.',
      { requests: { path: '/', duration: '30s' } },
      { prometheus: latency },
    ),
  );
