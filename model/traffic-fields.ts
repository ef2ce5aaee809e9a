/** Fields of a release file about the requests: by which gateway they come, and what proxies do with them. */
import * as z from 'zod';
import {
  count,
  headerName,
  inSeconds,
  objectName,
  port,
  retryCondition,
  seconds,
  selector,
  versionName,
} from './fields';
import { told } from './told';

const ofMade = 'Only for the Gateway that is made for the service.';

export const gateway = z
  .strictObject({
    selector: selector.meta(
      told(
        'Labels of the pods of the gateway, in any namespace. The driver waits until each of them has what it wrote.',
        {
          istio: 'ingressgateway',
        },
      ),
    ),
    tlsSecret: objectName
      .optional()
      .meta(
        told(
          `The Secret with the certificate for HTTPS, in the namespace of the gateway pods. ${ofMade} Left out: plain HTTP alone.`,
          'shop-example-com',
        ),
      ),
    httpsRedirect: z
      .boolean()
      .optional()
      .meta(
        told(
          `Plain HTTP is answered by a redirect (301) to HTTPS, and never reaches the service. ${ofMade} Left out: false.`,
          true,
        ),
      ),
    httpPort: port
      .optional()
      .meta(told(`The port for plain HTTP, as the Service of the gateway pods has it. ${ofMade} Left out: 80.`, 8080)),
    httpsPort: port
      .optional()
      .meta(told(`The port for HTTPS, as the Service of the gateway pods has it. ${ofMade} Left out: 443.`, 8443)),
  })
  .prefault({ selector: { istio: 'ingressgateway' } })
  .meta(
    told('The pods by which requests come into the mesh. Not with the profile rolling-update.', {
      selector: { istio: 'ingressgateway' },
      tlsSecret: 'shop-example-com',
      httpsRedirect: true,
    }),
  );

export const retries = z
  .strictObject({
    attempts: z
      .int()
      .min(0)
      .max(100)
      .meta(told('How often a proxy sends a request again after it failed. 0 forbids every retry.', 2)),
    perTryTimeout: seconds({ least: 1 })
      .optional()
      .meta(told("The time for one try; at least timings.longestRequest. Left out: Istio's own default.", '15s')),
    retryOn: z
      .array(retryCondition)
      .optional()
      .meta(
        told(
          "After which failures a proxy tries again: conditions of Envoy, or statuses. Left out: Istio's own default.",
          ['connect-failure', 'refused-stream', '503'],
        ),
      ),
  })
  .transform(inSeconds('perTryTimeout'));

export const headerRoute = z.strictObject({
  header: headerName.meta(told('The name of a header, in lower case.', 'x-group')),
  exact: z.string().min(1).meta(told('The whole value that the header has to have.', 'testers')),
  version: versionName.meta(
    told('Where these requests go. While it is not listed under versions, they follow the weights.', 'v2'),
  ),
});

export const outlierDetection = z
  .strictObject({
    consecutive5xxErrors: count()
      .default(5)
      .meta(told('A proxy leaves a pod out after this many answers 5xx in a row.', 10)),
    interval: seconds({ least: 1 })
      .prefault('10s')
      .meta(told('The time between two looks of a proxy at the pods.', '5s')),
    baseEjection: seconds({ least: 1 })
      .prefault('30s')
      .meta(
        told('How long a pod is left out the first time. Each further time it is left out longer by this time.', '1m'),
      ),
    maxEjectionPercent: z
      .int()
      .min(0)
      .max(100)
      .default(50)
      .meta(told('The most pods of a version that a proxy leaves out at once, in percent.', 30)),
  })
  .transform(inSeconds('interval', 'baseEjection'));

export const connectionLimits = z.strictObject({
  maxConnections: count()
    .optional()
    .meta(told("Connections that a proxy opens to one version. Left out: Istio's own default.", 1024)),
  maxPendingRequests: count()
    .optional()
    .meta(told("Requests that wait for a connection at a proxy, per version. Left out: Istio's own default.", 1024)),
  maxRequests: count()
    .optional()
    .meta(told("Requests that a proxy has under way at once, per version. Left out: Istio's own default.", 4096)),
});
