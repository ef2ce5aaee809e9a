/** What a plan makes of each object, as lines for people. */
import { stringify } from 'yaml';
import { printable } from './live-block';
import type { PlanDifference } from './planned';

export function differenceText({ change, object, leftTo, fields = [], manifest }: PlanDifference): string {
  const left = leftTo === undefined ? '' : ' (no release writes it: use kubectl apply)';
  const title = `\n${words[change]} ${printable(object)}${left}`;
  const lines = manifest ? created(manifest) : fields.map(({ path, live, after }) => `  ~ ${path}: ${live} → ${after}`);
  return [title, ...lines.map(printable)].join('\n');
}

const words = { create: '+ create', change: '~ change', remove: '- remove' } as const;

function created(manifest: object): string[] {
  const text = stringify(manifest, { lineWidth: 0 });
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  + ${line}`);
}
