/**
 * Lends connections to requests. A pool of fixed size uses its connections in turn, so that each one carries its share:
 * a pool that prefers the last one used would leave most of them idle, and would never meet the proxies behind them.
 */
import { Agent } from 'node:http';

export interface Connections {
  /** Calls back with a connection as soon as there is one; returns a function that gives up waiting. */
  acquire(use: (agent: Agent) => void): () => void;
  release(agent: Agent): void;
  close(): void;
}

/** Each agent holds one connection, and opens another when that one is closed. */
export function keepAliveConnections(count: number): Connections {
  const agents = Array.from({ length: count }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  const idle = [...agents];
  const waiting = new Set<(agent: Agent) => void>();
  return {
    acquire(use) {
      const agent = idle.shift();
      if (agent) use(agent);
      else waiting.add(use);
      return () => void waiting.delete(use);
    },
    release(agent) {
      const [next] = waiting;
      if (!next) return void idle.push(agent);
      waiting.delete(next);
      next(agent);
    },
    close: () => agents.forEach((agent) => agent.destroy()),
  };
}

/** Every request opens a connection of its own and says `Connection: close`. */
export function newConnections(): Connections {
  const agent = new Agent({ keepAlive: false });
  return {
    acquire(use) {
      use(agent);
      return () => {};
    },
    release: () => {},
    close: () => agent.destroy(),
  };
}
