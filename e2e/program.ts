/** What the programs that run scenarios have in common: a cluster, an end by Ctrl-C that leaves nothing behind, exit codes. */
import { messageOf } from '../model';
import { runInOwnCluster } from './own-cluster';
import { runScenarios } from './run-scenarios';
import type { Scenario } from './support/scenario';

export const print = (line: string) => void process.stdout.write(`${line}\n`);

/** Returns the exit code. Without KUBECONFIG `program` is started again inside a cluster of its own. */
export async function runOnCluster(
  program: string,
  args: readonly string[],
  chosen: readonly Scenario[],
): Promise<number> {
  if (!process.env['KUBECONFIG']) return runInOwnCluster(program, args, envoysOf(chosen));
  let end = () => Promise.resolve();
  process.once('SIGINT', () => void end().finally(() => process.exit(130)));
  return (await runScenarios(chosen, { print, onInterrupt: (closing) => (end = closing) })) ? 0 : 1;
}

function envoysOf(chosen: readonly Scenario[]): readonly string[] {
  return [...new Set(chosen.flatMap(({ envoy }) => envoy ?? []))];
}

/** Ends the process with the exit code of `main`, or with 1 and what was wrong. */
export function runProgram(main: (args: readonly string[]) => Promise<number>): void {
  process.setSourceMapsEnabled(true);
  main(process.argv.slice(2)).then(
    (code) => process.exit(code),
    (error: unknown) => {
      process.stderr.write(`${messageOf(error)}\n`);
      process.exit(1);
    },
  );
}
