/**
 * Explores small worlds and prints what was found, as JSON. Ends with 1 at a violation, with the path that leads to it; `--replay`
 * takes that path, a JSON list of steps, and says what is wrong at its end.
 */
import { parseArgs } from 'node:util';
import { explore, replay } from './search';
import { installed, taskWith } from './worlds';

const { values } = parseArgs({
  options: {
    gateways: { type: 'string', default: '2' },
    /** Steps of the file, such as 10,50. The last one, all traffic, is always there; 0: there is no other. */
    weights: { type: 'string', default: '50' },
    kills: { type: 'string', default: '1' },
    acts: { type: 'string', default: '1' },
    /** Parts of the names of the acts that may happen; none: all of them. */
    among: { type: 'string', multiple: true, default: [''] },
    depth: { type: 'string', default: 'Infinity' },
    states: { type: 'string', default: '5000000' },
    order: { type: 'string', default: 'every' },
    replay: { type: 'string' },
  },
});

const task = taskWith(values.weights === '0' ? [] : values.weights.split(',').map(Number));
const { gateways, kills, acts, depth, states } = values;
const first = installed({ gateways: Number(gateways), kills: Number(kills), acts: Number(acts), among: values.among });
const found = values.replay === undefined ? searched() : replay(task, first, JSON.parse(values.replay) as string[]);
process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
process.exitCode = found.violation ? 1 : 0;

function searched() {
  const beganMs = performance.now();
  const order = values.order === 'one' ? 'one' : 'every';
  const findings = explore(task, first, { depth: Number(depth), states: Number(states), order });
  return { ...findings, seconds: Math.round((performance.now() - beganMs) / 100) / 10 };
}
