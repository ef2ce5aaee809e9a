/**
 * npm run bench -- gate-scale: what a gate costs by the number of proxies, on an API server of its own, without a cluster. The driver
 * is the whole program; only what it asks is simulated.
 */
import { parseArgs } from 'node:util';
import { plainTable } from '../../driver/core/table';
import { measure, worldOption, type Result, type Wish } from './trial';

export { worldOption };

export const gateScaleName = 'gate-scale';

const defaults = {
  sizes: '0,10,100,1000',
  gateways: '2',
  services: '2000',
  ports: '4',
  envoy: '1.38',
  delay: '100,1000',
  seed: '1',
  'most-per-second': '0',
  'cpu-profile': '',
};

const help = `npm run bench -- ${gateScaleName} [options]
  --sizes 0,10,100,1000   numbers of sidecars; 0: two gateways alone
  --gateways 2            gateways in each
  --services 2000         other services of the mesh
  --ports 4               over how many ports they are spread; one of them is the port of the service that is released
  --envoy 1.38            the version of the Envoys
  --delay 100,1000        each Envoy has a write after so many milliseconds, at random between the two
  --seed 1                of these delays
  --most-per-second 0     the API server answers more requests and new tunnels than so many in a second with 429; 0: never
  --cpu-profile FILE      writes the profile of the driver's processor time, of the last size
  --json                  each result as a line of JSON
`;

/** Returns the exit code. `program` serves the world when it is started with `worldOption`. */
export async function gateScale(program: string, args: readonly string[]): Promise<number> {
  const string = (value: string) => ({ type: 'string' as const, default: value });
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: string(defaults.sizes),
      gateways: string(defaults.gateways),
      services: string(defaults.services),
      ports: string(defaults.ports),
      envoy: string(defaults.envoy),
      delay: string(defaults.delay),
      seed: string(defaults.seed),
      'most-per-second': string(defaults['most-per-second']),
      'cpu-profile': string(defaults['cpu-profile']),
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const [leastMs = 0, mostMs = 0] = numbers(values.delay);
  const results: Result[] = [];
  for (const sidecars of numbers(values.sizes)) {
    const mesh = { services: Number(values.services), ports: Number(values.ports), envoy: values.envoy };
    const wish: Wish = {
      gateways: Number(values.gateways),
      sidecars,
      mesh,
      delays: { leastMs, mostMs },
      seed: Number(values.seed),
      mostPerSecond: Number(values['most-per-second']),
      profile: values['cpu-profile'],
    };
    const result = await measure(wish, program);
    results.push(result);
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  }
  if (!values.json) process.stdout.write(`${table(results)}\n`);
  return 0;
}

function numbers(list: string): number[] {
  const found = list.split(',').map(Number);
  if (found.some((number) => !Number.isInteger(number) || number < 0))
    throw new Error(`expected whole numbers with commas between, found ${list}`);
  return found;
}

function table(results: readonly Result[]): string {
  const grid = plainTable([
    'proxies',
    'Envoy',
    'last arrival',
    'gates beyond it',
    'tunnels',
    'refused',
    'questions',
    'asked of pods',
    'requests',
    'of the API server',
    'processor, gate',
    'processor, all',
    'peak memory',
    'longest block',
    'processor of the rest',
  ]);
  const rows = results.map((one) => [
    `${one.gateways} + ${one.sidecars}`,
    one.mesh.envoy,
    `${one.propagationMs} ms`,
    `${one.beyondMs.join(', ')} ms`,
    String(one.traffic.tunnels),
    String(one.wholeTraffic.refused),
    String(one.traffic.questions),
    kilobytes(one.traffic.questionBytes),
    String(one.traffic.requests),
    kilobytes(one.traffic.requestBytes),
    `${one.gateCpuSeconds.toFixed(1)} s`,
    `${one.cpuSeconds.toFixed(1)} s`,
    `${one.peakMegabytes.toFixed(0)} MB`,
    `${one.longestBlockMs.toFixed(0)} ms`,
    `${one.worldCpuSeconds.toFixed(1)} s`,
  ]);
  grid.push(...rows);
  return grid.toString();
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}
