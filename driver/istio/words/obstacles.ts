/** Obstacles as sentences. */
import type { Obstacle } from '../obstacle';

export function describeObstacles(obstacles: readonly Obstacle[]): string {
  return obstacles.map(describeObstacle).join('; ');
}

export function describeObstacle(obstacle: Obstacle): string {
  if (obstacle.code === 'no-gateway') return 'no Running pod matches the selector of the Gateway';
  return `${obstacle.proxy} ${predicate(obstacle)}`;
}

type AtProxy = Exclude<Obstacle, { code: 'no-gateway' }>;

function predicate(obstacle: AtProxy): string {
  switch (obstacle.code) {
    case 'unreadable':
      return `could not be read (${obstacle.detail})`;
    case 'assumed-later':
      return `counts as up to date in ${obstacle.remainingSeconds} s, without being asked`;
    case 'no-cluster':
      return `has no cluster for ${obstacle.version} yet`;
    case 'warming':
      return `is still warming the cluster of ${obstacle.version}`;
    case 'few-endpoints':
      return `knows ${obstacle.healthy} of ${obstacle.needed} healthy endpoints of ${obstacle.version}`;
    case 'old-cluster':
      return `still has the cluster of an earlier subset ${obstacle.version}`;
    case 'no-route':
      return `has no route for ${obstacle.host}`;
    case 'old-route':
      return `still routes ${obstacle.host} by ${obstacle.marker || 'another route'}`;
    case 'names-version':
      return `still has a route to ${obstacle.version}`;
    case 'no-answer':
      return `has passed no probe to ${obstacle.version} yet`;
    case 'no-probe-route':
      return `has no route for probes of ${obstacle.version} yet`;
  }
}
