/** `run --until drained` of a Deployment that was adopted: once its end is written, no file knows the names of its objects. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exitCodes } from '../../model';
import { installed } from '../support/shop-release';
import { simulatedIo, type SimulatedIo } from '../support/simulated-io';

const drained = ['run', 'v2', '--until', 'drained'];
const versions = `versions:
  v1: { adopt: storefront }
  v2: { image: 'demo:2' }
`;
const fileWith = (workload: string) => installed.replace(/versions:\n.*\n/, `workload: ${workload}\n${versions}`);
const labels = { program: 'storefront' };
const manifests = [
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'demo' }, spec: deployment() },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'demo' }, spec: { selector: labels, ports: [{ port: 80 }] } },
];

function deployment(): object {
  const readinessProbe = { httpGet: { path: '/', port: 80 } };
  const containers = [{ name: 'web', image: 'demo:1', ports: [{ containerPort: 80 }], readinessProbe }];
  return { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } };
}

async function drainedIo(): Promise<SimulatedIo> {
  const io = simulatedIo({ file: '', installed, scenario: { adopted: 'v1' } });
  const workload = join(dirname(io.file), 'k8s.yaml');
  writeFileSync(workload, manifests.map((each) => JSON.stringify(each)).join('\n---\n'));
  writeFileSync(io.file, fileWith(workload));
  const code = await io.run(drained);
  expect({ code, ...io.printed }).toMatchObject({ code: exitCodes.drained });
  expect(readFileSync(io.file, 'utf8')).not.toContain('adopt');
  return io;
}

const live = ({ world }: SimulatedIo) => ({
  versions: [...world.workloads.deployments.keys()],
  isUnderWay: world.api.readRoute()?.record !== undefined,
  history: world.api.readState().history.map(({ outcome }) => outcome),
});

it('is not over while the adopted Deployment is there', async () => {
  const io = await drainedIo();
  expect(await io.run(drained)).toBe(exitCodes.drained);
  expect(live(io)).toEqual({ versions: ['v1', 'v2'], isUnderWay: true, history: [] });
});

it.each([[['run', 'v2']], [['promote']]])('%j deletes it then, and ends the release', async (command) => {
  const io = await drainedIo();
  expect(await io.run(command)).toBe(exitCodes.completed);
  expect(live(io)).toEqual({ versions: ['v2'], isUnderWay: false, history: ['completed'] });
  expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
});

it('is not looked at again as one that is to be adopted: the rights that the written file asks for do not suffice', async () => {
  const io = await drainedIo();
  const adoption = () => Promise.reject(new Error('forbidden: get services'));
  const cluster = Object.assign(io.world.connect(), { live: () => Promise.resolve([]), adoption });
  expect(await io.run(drained, { connect: () => Promise.resolve(cluster) })).toBe(exitCodes.drained);
});

it('is shown by status as long as it is there', async () => {
  const io = await drainedIo();
  await io.run(['status', '--json']);
  expect(io.printed.out).toMatch(/"versions":\{[^}]*"v1":/);
});

it('is over when others have removed it', async () => {
  const io = await drainedIo();
  io.world.workloads.remove('v1', 'order');
  await io.clock.sleep(60_000);
  expect(await io.run(drained)).toBe(exitCodes.completed);
  expect(live(io)).toEqual({ versions: ['v2'], isUnderWay: false, history: ['completed'] });
});

/** The new version goes: its pods would be behind the same Service as the adopted one. */
it('is found by an abort, which leaves it alone', async () => {
  const io = await drainedIo();
  expect(await io.run(['abort'])).toBe(exitCodes.aborted);
  expect(live(io)).toEqual({ versions: ['v1'], isUnderWay: false, history: ['aborted'] });
  expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
});

it('is made again by its owner, and by nobody else: an abort says so when it is gone', async () => {
  const io = await drainedIo();
  io.world.workloads.remove('v1', 'order');
  await io.clock.sleep(60_000);
  expect(await io.run(['abort'])).toBe(exitCodes.refused);
  expect(io.printed.err).toContain('stable-gone');
  expect(io.printed.err).toContain('make the Deployment storefront again');
  expect(io.printed.err).not.toContain('handover run v1');
});
