/** Requests and errors per version over time, and their sums: as the gateways counted them. */
import { stepChart, seconds, type Line } from './chart';
import { html, type Markup } from './markup';
import type { Count, Story } from './story';
import { table } from './table';

export function requests({ counts, seconds: total }: Story): Markup {
  return html`<section>
    <h2>Requests</h2>
    ${counts.length === 0 ? html`<p>No gateway was asked how many there were.</p>` : counted(counts, total * 1000)}
  </section>`;
}

function counted(counts: readonly Count[], endMs: number): Markup {
  const versions = [...new Set(counts.flatMap((count) => Object.keys(count.versions)))].sort();
  const rates = versions.map((name): Line => ({ name, points: ratesOf(name, counts) }));
  const errors = versions.map((name): Line => ({ name, points: errorsOf(name, counts) }));
  const most = (lines: readonly Line[]) =>
    Math.max(1, ...lines.flatMap(({ points }) => points.map(({ value }) => value)));
  return html`${stepChart({ title: 'Requests per second', unit: '', lines: rates, endMs, most: most(rates) })}
    ${stepChart({ title: 'Errors so far', unit: '', lines: errors, endMs, most: most(errors) })}
    ${table(
      ['version', 'requests', 'errors'],
      versions.map((name) => rowOf(name, counts)),
      'requests named',
    )}
    <p>
      Counted by the gateways, for the pods that were there, from ${seconds(beginOf(counts[0]))} to
      ${seconds(counts.at(-1)?.atMs ?? 0)}. An error is a 5xx of a pod, a connection that broke, or one that could not
      be made. What a gateway answered by itself, without a pod, is not in here.
    </p>`;
}

function rowOf(name: string, counts: readonly Count[]): Markup {
  const sum = (what: 'requests' | 'errors') =>
    counts.reduce((all, { versions }) => all + (versions[name]?.[what] ?? 0), 0);
  return html`<tr>
    <td>${name}</td>
    <td>${sum('requests')}</td>
    <td>${sum('errors')}</td>
  </tr>`;
}

function beginOf(count: Count | undefined): number {
  return count ? Math.max(0, count.atMs - count.seconds * 1000) : 0;
}

/** A count is about the seconds before it. */
function ratesOf(name: string, counts: readonly Count[]): Line['points'] {
  const rates = counts.map((count) => {
    const perSecond = (count.versions[name]?.requests ?? 0) / count.seconds;
    return { atMs: beginOf(count), value: Math.round(perSecond * 10) / 10 };
  });
  return [...rates, { atMs: counts.at(-1)?.atMs ?? 0, value: rates.at(-1)?.value ?? 0 }];
}

function errorsOf(name: string, counts: readonly Count[]): Line['points'] {
  let sum = 0;
  const points = counts.map(({ atMs, versions }) => ({ atMs, value: (sum += versions[name]?.errors ?? 0) }));
  return [{ atMs: 0, value: 0 }, ...points];
}
