/** The page of a release that is over, drawn from what the cluster has kept of it. It says what nobody kept. */
import type { NamespacedName } from '../../core/namespaced-name';
import type { PastRelease, Share } from '../state';
import { describePast } from '../words';
import { changes, stepChart } from './chart';
import { html, type Markup } from './markup';
import { factList, releasePage } from './page';

export function pageOfPast({ name, namespace }: NamespacedName, past: PastRelease): string {
  const { from, to, mode, outcome, shares = [] } = past;
  return releasePage({
    service: name,
    namespace,
    course: mode === 'apply' ? 'apply' : `${from} to ${to}`,
    outcome,
    because: describePast(past),
    data: past,
    sections: html`${facts(past)}
      <section>
        <h2>Traffic</h2>
        ${shares.length > 0 ? traffic(shares, past.ended) : html`<p>The cluster has kept no weights of this release.</p>`}
      </section>
      <section>
        <h2>What is not in here</h2>
        <p>
          The cluster keeps no pods over time, no time that proxies took, no requests in flight and no measurements. The
          page that
          <code>handover run --report</code> writes has them.
        </p>
      </section>`,
  });
}

function facts({ id, mode, from, to, began, ended, by, command, evidence, accepted }: PastRelease): Markup {
  const steps = evidence.map((grade, index) => `${index === 0 ? 'preparation' : `step ${index}`} by ${grade}`);
  return factList([
    ['release', id],
    ['from', from],
    ['to', to],
    ['ended as', mode],
    ['began', began ?? 'not known'],
    ['ended', ended],
    ['begun by', by ?? 'not known'],
    ...(command === undefined ? [] : [['command', command] as const]),
    ['evidence', steps.join(', ') || 'no step was complete'],
    ['accepted by persons', accepted.map(acceptedText).join('; ') || 'nothing'],
  ]);
}

function acceptedText(accepted: PastRelease['accepted'][number]): string {
  const { code, ...fields } = accepted;
  return `${code} ${JSON.stringify(fields)}`;
}

/** Times are those of the looks that saw it. */
function traffic(shares: readonly Share[], ended: string): Markup {
  const beganMs = Date.parse(shares[0]?.at ?? ended);
  const sinceMs = (at: string) => Math.max(0, Date.parse(at) - beganMs);
  const versions = [...new Set(shares.flatMap(({ split }) => Object.keys(split)))].sort();
  const lines = versions.map((name) => ({
    name,
    points: changes(shares.map(({ at, split }) => ({ atMs: sinceMs(at), value: split[name] ?? 0 }))),
  }));
  return html`${stepChart({ title: 'Weight', unit: ' %', lines, endMs: sinceMs(ended), most: 100 })}
    <table>
      <thead>
        <tr>
          <th scope="col">seen at</th>
          ${versions.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shares.map(
          ({ at, split }) =>
            html`<tr>
              <td>${at}</td>
              ${versions.map((name) => html`<td>${split[name] ?? 0} %</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>`;
}
