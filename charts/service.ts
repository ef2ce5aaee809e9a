/** The Service over all versions, and the identity of their pods. */
import * as k8s from 'cdk8s-plus-27/lib/imports/k8s';
import { Construct } from 'constructs';
import { selectorLabels, type Release } from '../model';
import { objectMeta } from './manifest';
import { httpPortName } from './ports';

export interface SharedServiceProps {
  readonly release: Release;
}

export class SharedService extends Construct {
  constructor(scope: Construct, id: string, { release }: SharedServiceProps) {
    super(scope, id);
    const metadata = objectMeta(release, release.name);
    new k8s.KubeServiceAccount(this, 'service-account', { metadata, automountServiceAccountToken: false });
    new k8s.KubeService(this, 'service', {
      metadata,
      spec: {
        // All versions: routes decide which of them serves a request, and pods are never relabelled.
        selector: { [selectorLabels.app]: release.name },
        ports: [
          {
            name: httpPortName,
            port: release.port,
            targetPort: k8s.IntOrString.fromString(httpPortName),
            protocol: 'TCP',
          },
        ],
      },
    });
  }
}
