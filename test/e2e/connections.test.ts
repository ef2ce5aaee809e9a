import type { Agent } from 'node:http';
import { keepAliveConnections } from '../../e2e/load/connections';

function lend(connections: ReturnType<typeof keepAliveConnections>): Agent | undefined {
  let lent: Agent | undefined;
  connections.acquire((agent) => (lent = agent));
  return lent;
}

test('idle connections are lent in turn, so that each one carries its share', () => {
  const connections = keepAliveConnections(3);
  const order = Array.from({ length: 9 }, () => {
    const agent = lend(connections)!;
    connections.release(agent);
    return agent;
  });
  expect(new Set(order.slice(0, 3)).size).toBe(3);
  expect(order.slice(3)).toEqual([...order.slice(0, 3), ...order.slice(0, 3)]);
});

test('who waits longest gets the next free connection, unless it gave up', () => {
  const connections = keepAliveConnections(1);
  const agent = lend(connections)!;
  const served: string[] = [];
  const giveUp = connections.acquire(() => served.push('gave up'));
  connections.acquire(() => served.push('first'));
  connections.acquire(() => served.push('second'));
  giveUp();
  expect(served).toEqual([]);
  connections.release(agent);
  expect(served).toEqual(['first']);
  connections.release(agent);
  expect(served).toEqual(['first', 'second']);
});
