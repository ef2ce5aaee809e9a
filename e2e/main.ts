/**
 * npm run e2e [-- NAME…]: runs the scenarios whose names contain one of the words, or all but the very long ones; `--list`
 * only names them. KUBECONFIG names a cluster with Istio and with the images localhost/handover-service:1.0.0 and :2.0.0 and
 * localhost/handover:1; without it the suite starts its own.
 */
import { print, runOnCluster, runProgram } from './program';
import { scenarios } from './scenarios';

runProgram(async (args) => {
  if (args.includes('--list')) {
    scenarios.forEach(({ name, claim, onRequest }) =>
      print(`${name}${onRequest ? ' (by its whole name)' : ''}: ${claim}`),
    );
    return 0;
  }
  const chosen = scenarios.filter(({ name, onRequest }) =>
    onRequest ? args.includes(name) : args.length === 0 || args.some((word) => name.includes(word)),
  );
  if (chosen.length === 0) {
    const names = scenarios.map(({ name }) => name).join(', ');
    throw new Error(`expected a part of one of the names ${names}; found ${args.join(' ')}`);
  }
  return runOnCluster(__filename, args, chosen);
});
