/** A way to the API server: with its context, for commands that look at what no release knows yet. */
import type { User } from '@kubernetes/client-node';
import { Api } from './api';
import { openConnection, type Connection, type ConnectionOptions } from './connection';
import { refusing } from './refusals';

/** How requests get there, as the kubeconfig says it. */
export interface Way {
  readonly context: string;
  readonly server: string;
  /** By which this process shows who it is, in words. */
  readonly credentials: string;
  readonly proxyUrl: string | undefined;
}

export interface Reach {
  readonly api: Api;
  readonly way: Way;
  /** Of the current context; undefined: it says none. */
  readonly namespace: string | undefined;
  /** Runs a piece of work; what the API server refused in it becomes a Refusal. */
  readonly refusing: <T>(work: () => Promise<T>) => Promise<T>;
  readonly close: () => void;
}

/** Throws a Refusal when there is no cluster to connect to. Nothing is asked of it yet. */
export function openReach(options: ConnectionOptions): Reach {
  return reachBy(openConnection(options));
}

export function reachBy(connection: Connection): Reach {
  const context = connection.getCurrentContext();
  return {
    api: new Api(connection),
    way: {
      context,
      server: connection.server.href,
      credentials: credentialsOf(connection),
      proxyUrl: connection.getCurrentCluster()?.proxyUrl,
    },
    namespace: connection.getContextObject(context)?.namespace,
    refusing: (work) => refusing(connection, work),
    close: () => connection.close(),
  };
}

function credentialsOf(connection: Connection): string {
  const user: Partial<User> = connection.getCurrentUser() ?? {};
  const { certData, certFile, username, token } = user;
  const program = programOf(user);
  if (program !== undefined) return `the program ${program}`;
  if (certData !== undefined || certFile !== undefined) return 'a client certificate';
  if (username !== undefined) return 'a password';
  return token === undefined && user.authProvider === undefined ? 'nothing' : 'a token';
}

function programOf({ exec, authProvider }: Partial<User>): string | undefined {
  const { command } = (exec ?? {}) as { readonly command?: string };
  const { config } = (authProvider ?? {}) as { readonly config?: { readonly 'cmd-path'?: string } };
  return command ?? config?.['cmd-path'];
}
