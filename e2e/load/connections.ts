/**
 * Lends connections to requests. A pool of fixed size uses its connections in turn, so that each one carries its share:
 * a pool that prefers the last one used would leave most of them idle, and would never meet the proxies behind them.
 */
import { Agent, type AgentOptions } from 'node:http';
import { Agent as TlsAgent } from 'node:https';

export interface Connections {
  /** Calls back with a connection as soon as there is one; returns a function that gives up waiting. */
  acquire(use: (agent: Agent) => void): () => void;
  release(agent: Agent): void;
  close(): void;
}

/** Over HTTPS: a server that does not prove by this authority that it has this name gets no request. */
export interface Tls {
  /** PEM of the certificate authority. */
  readonly ca: string;
  readonly serverName: string;
}

function agentOf(options: AgentOptions, tls: Tls | undefined): Agent {
  return tls ? new TlsAgent({ ...options, ca: tls.ca, servername: tls.serverName }) : new Agent(options);
}

/** Each agent holds one connection, and opens another when that one is closed. */
export function keepAliveConnections(count: number, tls?: Tls): Connections {
  const agents = Array.from({ length: count }, () => agentOf({ keepAlive: true, maxSockets: 1 }, tls));
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
export function newConnections(tls?: Tls): Connections {
  const agent = agentOf({ keepAlive: false }, tls);
  return {
    acquire(use) {
      use(agent);
      return () => {};
    },
    release: () => {},
    close: () => agent.destroy(),
  };
}
