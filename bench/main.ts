/** npm run bench [-- NAME…]: how long the driver takes, on a real cluster; each fails when it takes longer than it may. */
import { runInOwnCluster } from '../e2e/own-cluster';
import { runScenarios } from '../e2e/run-scenarios';
import type { Scenario } from '../e2e/support/scenario';
import { gateOverhead } from './gate-overhead';
import { wholeRelease } from './whole-release';

const benches: readonly Scenario[] = [
  {
    name: 'gate-overhead',
    claim: "the gate's wait is in the median at most 250 ms longer than the propagation, of 20 writes of the route",
    limitSeconds: 300,
    run: gateOverhead,
  },
  {
    name: 'whole-release',
    claim: 'a release in one step takes at most the start of a pod, the longest request, and 5 s',
    limitSeconds: 180,
    run: wholeRelease,
  },
];

async function main(args: readonly string[]): Promise<number> {
  if (!process.env['KUBECONFIG']) return runInOwnCluster(__filename, args);
  const chosen = benches.filter(({ name }) => args.length === 0 || args.includes(name));
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  return (await runScenarios(chosen, { print, onInterrupt: () => {} })) ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
