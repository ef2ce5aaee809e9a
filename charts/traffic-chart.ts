/** Gateway, DestinationRule and VirtualService: which version serves a request. */
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { versionNames, type Release } from '../model';
import { SubsetDestinationRule } from './destination-rule';
import { IngressGateway } from './gateway';
import { WeightedVirtualService } from './virtual-service';

export interface TrafficChartProps {
  readonly release: Release;
}

export class TrafficChart extends Chart {
  constructor(scope: Construct, id: string, { release }: TrafficChartProps) {
    super(scope, id, { namespace: release.namespace });
    this.node.addValidation({ validate: () => unlistedTargets(release) });
    const gateway = new IngressGateway(this, 'gateway', { release });
    const subsets = new SubsetDestinationRule(this, 'destination-rule', { release });
    const routes = new WeightedVirtualService(this, 'virtual-service', { release });
    // A route that names a subset before proxies know it answers 503.
    routes.addDependency(gateway, subsets);
  }
}

function unlistedTargets(release: Release): string[] {
  const listed = versionNames(release);
  return Object.keys(release.split)
    .filter((version) => !listed.includes(version))
    .map((version) => `expected routes to one of ${listed.join(', ')}, found ${version}; list it under versions`);
}
