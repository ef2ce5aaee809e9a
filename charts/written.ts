/** An object exactly as it is given: the types of Kubernetes 1.27 would drop fields that they do not know, without a word. */
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Manifest } from '../model';

export class Written extends ApiObject {
  constructor(
    scope: Construct,
    private readonly manifest: Manifest,
  ) {
    const { apiVersion, kind, metadata } = manifest;
    super(scope, `${kind}-${metadata.namespace ?? ''}-${metadata.name}`, { apiVersion, kind, metadata });
  }

  /** A chart's namespace would be stamped on objects of the whole cluster, too. */
  override toJson(): unknown {
    return this.manifest;
  }
}
