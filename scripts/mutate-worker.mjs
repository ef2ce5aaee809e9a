// Runs the named tests in this process and says whether all are green. A mutant that never ends is killed by jest's time limit.
import { runCLI } from 'jest';

process.on('message', async (tests) => {
  const options = {
    _: tests,
    $0: 'jest',
    runInBand: true,
    silent: true,
    reporters: [],
    testTimeout: 20_000,
    ci: true,
  };
  const { results } = await runCLI(options, [process.cwd()]);
  process.send?.(results.success && results.numTotalTests > 0);
});
