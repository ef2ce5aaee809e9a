/** Obstacles as sentences. */
import type { Obstacle } from '../obstacle';
import { say, type Words } from '../../core/words';

export function describeObstacles(obstacles: readonly Obstacle[]): string {
  return obstacles.map(describeObstacle).join('; ');
}

function describeObstacle(obstacle: Obstacle): string {
  if (obstacle.code === 'no-gateway')
    return 'no Running pod matches the selector of a Gateway that lets in the hosts of the route';
  if (obstacle.code === 'no-sidecar') return 'no Running pod has a sidecar that knows the Service';
  return `${obstacle.proxy} ${say<AtProxy>(predicates, obstacle)}`;
}

type AtProxy = Exclude<Obstacle, { code: 'no-gateway' | 'no-sidecar' }>;

const predicates: Words<AtProxy> = {
  unreadable: ({ detail }) => `could not be read (${detail})`,
  'assumed-later': ({ remainingSeconds }) => `counts as up to date in ${remainingSeconds} s, without being asked`,
  'no-cluster': ({ version }) => `has no cluster for ${version} yet`,
  warming: ({ version }) => `is still warming the cluster of ${version}`,
  'few-endpoints': ({ healthy, needed, version }) => `knows ${healthy} of ${needed} healthy endpoints of ${version}`,
  'old-cluster': ({ version, by }) =>
    by
      ? `has the cluster of the subset ${version} of the DestinationRule ${by.join(' and ')}; take that subset out`
      : `still has the cluster of an earlier subset ${version}`,
  'no-route': ({ host }) => `has no route for ${host}`,
  'old-route': ({ host, marker }) => `still routes ${host} by ${marker || 'another route'}`,
  shadowed: ({ host, by }) =>
    `sends every request of ${host} by ${by}, which comes before this route; remove it, or take the host out of one of them`,
  'names-version': ({ version }) => `still has a route to ${version}`,
  'no-answer': ({ version }) => `has passed no probe to ${version} yet`,
  'no-probe-route': ({ version }) => `has no route for probes of ${version} yet`,
};
