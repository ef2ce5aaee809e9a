/** Fields of a release file about the driver that runs inside the cluster. */
import * as z from 'zod';
import { image, namespaceName } from './fields';
import { told } from './told';

export const access = z.strictObject({
  gatewayNamespace: namespaceName
    .default('istio-system')
    .meta(
      told(
        'The namespace of the gateway pods: there the driver gets the right to ask them. Not with the profile rolling-update.',
        'istio-ingress',
      ),
    ),
  image: image.meta(told("The driver's own image.", 'registry.example.com/handover:0.1.0')),
  gatewayAddress: z
    .string()
    .regex(/^(\[[0-9a-fA-F:]+\]|[^\s:/@]+):\d{1,5}$/, 'host:port, such as istio-ingressgateway.istio-system:80')
    .optional()
    .meta(
      told(
        "HOST:PORT of the gateway's plain HTTP port, as seen from the driver's pod, for analyses by requests. Left out: such an analysis cannot be made. Not with the profile rolling-update.",
        'istio-ingressgateway.istio-system:80',
      ),
    ),
  onCall: z
    .array(
      z
        .string()
        .regex(/^[^\s"'\\]+$/, 'the name of a group, without spaces and quotes')
        .regex(
          /^(?!system:(?!serviceaccounts:.))/,
          'a group of people: those of Kubernetes itself (system:…) are everybody, or may do everything already',
        ),
    )
    .min(1)
    .optional()
    .meta(
      told(
        'Groups of people, as the API server knows them, who may look and abort, and nothing else. It takes a policy of Kubernetes 1.30 or newer. Left out: nobody is given that. Not with the profile rolling-update.',
        ['payments-on-call'],
      ),
    ),
  evidence: z
    .enum(['proxy', 'probe'])
    .default('proxy')
    .meta(
      told(
        'How the driver sees what gateways do. proxy: it reads their configuration. probe: it has no right to, and sends requests of its own through each gateway. Not with the profile rolling-update.',
        'probe',
      ),
    ),
});
