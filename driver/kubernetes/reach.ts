/** A way to the API server: with its context, for commands that look at what no release knows yet. */
import { Api } from './api';
import { openConnection, type ConnectionOptions } from './connection';
import { refusing } from './refusals';

export interface Reach {
  readonly api: Api;
  /** Of the current context; undefined: it says none. */
  readonly namespace: string | undefined;
  /** Runs a piece of work; what the API server refused in it becomes a Refusal. */
  readonly refusing: <T>(work: () => Promise<T>) => Promise<T>;
  readonly close: () => void;
}

/** Throws a Refusal when there is no cluster to connect to. Nothing is asked of it yet. */
export function openReach(options: ConnectionOptions): Reach {
  const connection = openConnection(options);
  return {
    api: new Api(connection),
    namespace: connection.getContextObject(connection.getCurrentContext())?.namespace,
    refusing: (work) => refusing(connection, work),
    close: () => connection.close(),
  };
}
