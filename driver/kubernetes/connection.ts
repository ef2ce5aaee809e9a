/** How to reach the API server: a kubeconfig as kubectl finds it, or the service account when run in a pod. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions } from 'node:https';
import { KubeConfig, type Cluster } from '@kubernetes/client-node';
import { Refusal } from '../../model';

export interface ConnectionOptions {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** For people: what lasts. */
  readonly tell?: (text: string) => void;
  /** Aborted when a person stops this process. */
  readonly stop?: AbortSignal;
}

/** Keeps connections to the API server: a handshake for each of the dozens of requests of a look would double its time. */
export class Connection extends KubeConfig {
  tell?: (text: string) => void;
  stop?: AbortSignal;
  private readonly agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };

  override async applyToHTTPSOptions(options: RequestOptions): Promise<void> {
    await super.applyToHTTPSOptions(options);
    if (this.getCurrentCluster()?.proxyUrl) return;
    options.agent = this.server.protocol === 'http:' ? this.agents.http : this.agents.https;
  }

  get server(): URL {
    return new URL(this.getCurrentCluster()?.server ?? '');
  }

  close(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
  }
}

/** Without options: KUBECONFIG, then ~/.kube/config, then the service account of the pod; its current context. */
export function openConnection(options: ConnectionOptions = {}): Connection {
  const connection = new Connection();
  connection.tell = options.tell;
  connection.stop = options.stop;
  try {
    if (options.kubeconfig) connection.loadFromFile(options.kubeconfig);
    else connection.loadFromDefault();
  } catch (error) {
    throw noCluster('a readable kubeconfig', troubleOf(error as Error));
  }
  if (options.context) connection.setCurrentContext(options.context);
  checkContext(connection, options);
  return connection;
}

/** Client-node trips over a file that is empty, or no mapping, in the words of JavaScript; its parser shows lines of the file. */
function troubleOf(error: Error): string {
  const [what = ''] = error.message.split('\n');
  return error instanceof TypeError ? 'a file that is empty, or no kubeconfig' : what;
}

function checkContext(connection: Connection, { context, kubeconfig }: ConnectionOptions): void {
  const contexts = connection.getContexts().map(({ name }) => name);
  const wanted = connection.getCurrentContext();
  if (!contexts.includes(wanted)) {
    const expected = `one of the contexts ${contexts.join(', ') || '(there is none)'}`;
    throw noCluster(expected, wanted ? wanted : 'no current context');
  }
  const cluster = connection.getCurrentCluster();
  if (!cluster?.server) throw noCluster(`a cluster for the context ${wanted}`, 'none in the kubeconfig');
  // What client-node falls back to when it found nothing: nobody asked for a cluster on localhost.
  if (!context && !kubeconfig && wanted === 'loaded-context') {
    throw noCluster('a kubeconfig, or the service account of a pod', 'neither');
  }
  checkAddress(cluster);
}

function checkAddress({ server, skipTLSVerify }: Cluster): void {
  // Client-node throws at the first request, as a token would be sent in the clear.
  if (/^http:/i.test(server) && !skipTLSVerify) {
    const fix = 'use https, or say insecure-skip-tls-verify: true in the kubeconfig';
    throw new Refusal('no-cluster', 'an API server by https', server, fix);
  }
  if (!URL.canParse(server)) throw noCluster('the address of an API server', server);
}

function noCluster(expected: string, found: string): Refusal {
  return new Refusal('no-cluster', expected, found, 'set KUBECONFIG, or pass --kubeconfig and --context');
}
