/**
 * Explores small worlds and prints what was found: explore [--gateways 2] [--weights 50] [--kills 1] [--acts 1] [--depth N] [--states N] [--json].
 * Ends with 1 at a violation, with the path that leads to it.
 */
import { parseArgs } from 'node:util';
import { explore } from './search';
import { installed, taskWith } from './worlds';

const { values } = parseArgs({
  options: {
    gateways: { type: 'string', default: '2' },
    weights: { type: 'string', default: '50' },
    kills: { type: 'string', default: '1' },
    acts: { type: 'string', default: '1' },
    depth: { type: 'string', default: 'Infinity' },
    states: { type: 'string', default: '5000000' },
    json: { type: 'boolean', default: false },
  },
});

const weights = values.weights === '' ? [] : values.weights.split(',').map(Number);
const faults = { gateways: Number(values.gateways), kills: Number(values.kills), acts: Number(values.acts) };
const beganMs = performance.now();
const findings = explore(taskWith(weights), installed(faults), {
  depth: Number(values.depth),
  states: Number(values.states),
});
const seconds = Math.round((performance.now() - beganMs) / 100) / 10;
process.stdout.write(
  `${JSON.stringify(values.json ? findings : { ...findings, seconds }, null, values.json ? 0 : 2)}\n`,
);
process.exitCode = findings.violation ? 1 : 0;
