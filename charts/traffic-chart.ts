/** VirtualService, DestinationRule, and a Gateway unless others are named: which version serves a request. */
import { Chart, type ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { ownGateway, versionNames, type Release } from '../model';
import { SubsetDestinationRule } from './destination-rule';
import { IngressGateway } from './gateway';
import { WeightedVirtualService } from './virtual-service';
import { Written } from './written';
import { yamlRoute } from './yaml/route';

export interface TrafficChartProps {
  readonly release: Release;
}

export class TrafficChart extends Chart {
  constructor(scope: Construct, id: string, { release }: TrafficChartProps) {
    super(scope, id, { namespace: release.namespace });
    this.node.addValidation({ validate: () => unlistedTargets(release) });
    const isOwn = release.route === undefined && release.gateways.includes(ownGateway);
    const gateways = isOwn ? [new IngressGateway(this, 'gateway', { release })] : [];
    const subsets = new SubsetDestinationRule(this, 'destination-rule', { release });
    // A route that names a subset before proxies know it answers 503.
    this.routes(release).addDependency(...gateways, subsets);
  }

  private routes(release: Release): ApiObject {
    if (release.route !== undefined) return new Written(this, yamlRoute(release, release.route));
    return new WeightedVirtualService(this, 'virtual-service', { release });
  }
}

function unlistedTargets(release: Release): string[] {
  const listed = versionNames(release);
  return Object.keys(release.split)
    .filter((version) => !listed.includes(version))
    .map((version) => `expected routes to one of ${listed.join(', ')}, found ${version}; list it under versions`);
}
