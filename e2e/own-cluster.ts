/** Without KUBECONFIG, the suite starts a cluster of its own and runs inside its network, where gateways have addresses. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const folder = join('e2e', 'cluster');
/** The tags of one image stand for several builds; what tells them apart is their environment. */
const images = [
  ['build-image', 'service', '1.0.0', '2.0.0'],
  ['build-image', 'driver', '1'],
  ['build-programs', '1', '2', '3'],
] as const;

/** Returns the exit code of this same program, started again inside with KUBECONFIG set. */
export function runInOwnCluster(program: string, args: readonly string[], envoys: readonly string[]): number {
  mustSucceed(join(folder, 'up'), ['--prometheus']);
  for (const [build, ...args] of images) mustSucceed(join(folder, build), args);
  if (envoys.length > 0) mustSucceed(join(folder, 'build-envoy'), envoys);
  return call(join(folder, 'exec'), [process.execPath, program, ...args]);
}

function mustSucceed(command: string, args: readonly string[]): void {
  const code = call(command, args);
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')}: exit code ${code}; its reason is above`);
}

function call(command: string, args: readonly string[]): number {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) throw error;
  return status ?? 1;
}
