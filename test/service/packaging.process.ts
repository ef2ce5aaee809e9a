/** The image and the manifests agree on paths and names that neither can import from the other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { inFlightMetric, metricsPath, preStopPath, probePaths, serviceProgram, serviceVariables } from '../../model';
import { readConfig } from '../../service/config';
import { ask } from './support/client';
import { RunningService, stopAll } from './support/running-service';

afterEach(stopAll);

const file = (name: string) => readFileSync(join(__dirname, '../../service', name), 'utf8');
const instructions = file('Dockerfile')
  .split('\n')
  .filter((line) => /^[A-Z]/.test(line));

describe('the image', () => {
  test('starts Node as process 1, as a user that is not root and is a number', () => {
    expect(instructions).toContain('ENTRYPOINT []');
    expect(instructions).toContain(`CMD ["node", "${serviceProgram}"]`);
    expect(instructions.find((line) => line.startsWith('USER'))).toMatch(/^USER [1-9]\d*:[1-9]\d*$/);
  });

  test('takes its base as an argument, and nothing but the bundle from the repository', () => {
    expect(instructions.slice(0, 2)).toEqual([expect.stringMatching(/^ARG BASE=/), 'FROM ${BASE}']);
    expect(instructions.filter((line) => /^(COPY|ADD|RUN)/.test(line))).toEqual([
      `COPY --chmod=0444 build/service.js ${serviceProgram}`,
    ]);
  });
});

describe('compose.yaml', () => {
  interface Compose {
    services: Record<string, { ports: string[]; profiles?: string[]; command?: string[] }>;
  }
  const { services } = parse(file('compose.yaml'), { merge: true }) as Compose;

  test('publishes on loopback only, the inspector above all', () => {
    const ports = Object.values(services).flatMap((service) => service.ports);
    expect(ports.length).toBeGreaterThan(2);
    ports.forEach((port) => expect(port).toMatch(/^127\.0\.0\.1:/));
  });

  test('starts the inspector in the debug profile only', () => {
    const inspected = Object.values(services).filter(({ command }) =>
      JSON.stringify(command ?? '').includes('inspect'),
    );
    expect(inspected).toMatchObject([{ profiles: ['debug'] }]);
  });
});

describe('the words shared with the manifests', () => {
  test.each(serviceVariables)('%s is a variable that the service reads', (name) => {
    expect(readConfig({ [name]: 'no such value' })).toEqual({ problems: [expect.stringMatching(`^${name}: `)] });
  });

  test('the probe paths and the preStop path are routes', async () => {
    const { port } = await RunningService.start({ PRESTOP_MS: '1' });
    for (const path of [...Object.values(probePaths), preStopPath]) expect((await ask(port, path)).status).toBe(200);
  });

  test('the metrics have the gauge that the driver reads', async () => {
    const { port } = await RunningService.start();
    expect((await ask(port, metricsPath)).body).toContain(`\n${inFlightMetric}{version=`);
  });

  test('the README has every variable and every route that the service has', () => {
    const readme = file('README.md');
    const variables = file('config.ts').match(/'[A-Z][A-Z_]{3,}'/g) ?? [];
    const sources = ['application', 'operations', 'dangerous'].map((name) => file(`routes/${name}.ts`)).join('');
    const routes = sources.match(/(?<=(path: |\()')\/[\w/]+(?=')/g) ?? [];
    expect(variables.length).toBeGreaterThan(12);
    expect(routes.length).toBe(12);
    [...variables, ...routes].forEach((word) => expect(readme).toContain(`${word.replaceAll("'", '')}`));
  });
});
