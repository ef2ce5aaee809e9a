/**
 * npm run e2e [-- NAME…]: runs the scenarios whose names contain one of the words, or all but the very long ones; `--list`
 * only names them. KUBECONFIG names a cluster with Istio and with the images localhost/handover-service:1.0.0 and :2.0.0 and
 * localhost/handover:1; without it the suite starts its own.
 */
import { runInOwnCluster } from './own-cluster';
import { runScenarios } from './run-scenarios';
import { scenarios } from './scenarios';

process.setSourceMapsEnabled(true);
const print = (line: string) => void process.stdout.write(`${line}\n`);

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--list')) {
    scenarios.forEach(({ name, claim }) => print(`${name}: ${claim}`));
    return 0;
  }
  const chosen = scenarios.filter(({ name, onRequest }) =>
    onRequest ? args.includes(name) : args.length === 0 || args.some((word) => name.includes(word)),
  );
  if (chosen.length === 0) {
    const names = scenarios.map(({ name }) => name).join(', ');
    throw new Error(`expected a part of one of the names ${names}; found ${args.join(' ')}`);
  }
  if (!process.env['KUBECONFIG']) return runInOwnCluster(__filename, args);
  let end = () => Promise.resolve();
  process.once('SIGINT', () => void end().finally(() => process.exit(130)));
  return (await runScenarios(chosen, { print, onInterrupt: (closing) => (end = closing) })) ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
