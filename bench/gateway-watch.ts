/**
 * Which version each gateway pod really sends requests to, from the answers to a stream of requests to that pod: knows
 * nothing of Envoy's admin port, by which the driver looks.
 */
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gatewayNamespace, gatewaySelector } from '../e2e/support/gateway';
import { Kubectl } from '../e2e/support/kubectl';

/** From one answer to the next request: how exactly a change is dated, and little beside the work of the gateways. */
const everyMs = 5;

interface Answer {
  readonly atMs: number;
  readonly version: string;
}

interface Pods {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status: { readonly podIP: string };
  }[];
}

export class GatewayWatch {
  private readonly answers = new Map<string, Answer[]>();
  private isOver = false;

  private constructor(private readonly host: string) {}

  static async start(host: string): Promise<GatewayWatch> {
    const watch = new GatewayWatch(host);
    const { items } = await new Kubectl(gatewayNamespace).get<Pods>('pods', '--selector', gatewaySelector);
    for (const { metadata, status } of items) void watch.follow(metadata.name, status.podIP);
    return watch;
  }

  end(): void {
    this.isOver = true;
  }

  /** Forgets what was seen so far. */
  clear(): void {
    for (const answers of this.answers.values()) answers.length = 0;
  }

  /** When the last gateway had gone over to this version for good; throws when one has not. */
  changedAtMs(version: string): number {
    const times = [...this.answers].map(([gateway, answers]) => {
      const lastOther = answers.findLastIndex((answer) => answer.version !== version);
      const first = answers[lastOther + 1];
      if (!first || lastOther < 0) throw new Error(`expected ${gateway} to go over to ${version}, and it did not`);
      return first.atMs;
    });
    return Math.max(...times);
  }

  private async follow(gateway: string, address: string): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const answers: Answer[] = [];
    this.answers.set(gateway, answers);
    while (!this.isOver) {
      const version = await this.ask(address, agent);
      answers.push({ atMs: Date.now(), version });
      await sleep(everyMs);
    }
    agent.destroy();
  }

  private ask(address: string, agent: Agent): Promise<string> {
    const options = { host: address, port: 8080, path: '/ping', agent, headers: { host: this.host } };
    return new Promise((resolve) => {
      get(options, (response) => {
        const version = String(response.headers['x-version']);
        response.resume().once('end', () => resolve(version));
      }).once('error', (error) => resolve(error.message));
    });
  }
}
