/** The report of a release: one HTML file that needs no network and no script, with its data in it as JSON. */
import { bars, changes, seconds, stepChart, type Line } from './chart';
import { html, type Markup } from './markup';
import { factList, releasePage } from './page';
import { requests } from './requests';
import type { Sample, Story, Strip } from './story';
import { table } from './table';

export { StoryTeller } from './story';

export function reportOf(story: Story): string {
  const { service, namespace, from, to, ending } = story;
  const course = from !== undefined && to !== undefined ? `${from} to ${to}` : 'apply';
  return releasePage({
    service,
    namespace,
    course,
    outcome: ending.outcome,
    because: ending.because,
    data: story,
    sections: html`${facts(story)}
      <section>
        <h2>Traffic and pods</h2>
        ${chartOf('Weight', ' %', 100, story, ({ split }, version) => split[version] ?? 0)}
        ${chartOf('Available pods', '', mostPods(story), story, ({ pods }, version) => pods[version]?.available ?? 0)}
      </section>
      ${requests(story)}
      ${
        story.strips.length > 0
          ? html`<section>
              <h2>How long proxies took</h2>
              ${story.strips.map(stripOf)}
            </section>`
          : undefined
      }
      ${drains(story)}
      <section>
        <h2>What happened</h2>
        ${happenings(story)}
      </section>`,
  });
}

function facts({ began, seconds: total, evidence, proxies }: Story): Markup {
  return factList([
    ['began', began],
    ['took', `${total.toFixed(1)} s`],
    ['proxies known by', evidence ?? 'no look'],
    ['proxies at the last look', proxies.join(', ') || 'none'],
  ]);
}

function chartOf(
  title: string,
  unit: string,
  most: number,
  { samples, seconds: total }: Story,
  valueOf: (sample: Sample, version: string) => number,
): Markup {
  const lines: Line[] = versionsIn(samples).map((version) => ({
    name: version,
    points: changes(samples.map((sample) => ({ atMs: sample.atMs, value: valueOf(sample, version) }))),
  }));
  return stepChart({ title, unit, lines, endMs: total * 1000, most });
}

function versionsIn(samples: readonly Sample[]): string[] {
  return [...new Set(samples.flatMap(({ split, pods }) => [...Object.keys(split), ...Object.keys(pods)]))].sort();
}

function mostPods({ samples }: Story): number {
  return Math.max(1, ...samples.flatMap(({ pods }) => Object.values(pods).map(({ available }) => available)));
}

/** A proxy that was never seen behind had the write by the first look after it. */
function stripOf({ what, atMs, doneMs, behindUntilMs }: Strip): Markup {
  const rows = Object.entries(behindUntilMs).map(([name, untilMs]) => ({ name, ms: untilMs - atMs }));
  const end = doneMs === undefined ? 'not seen everywhere' : `seen everywhere after ${seconds(doneMs - atMs)}`;
  const title = `${what}, at ${seconds(atMs)}: ${end}`;
  return rows.length > 0 ? bars(`${title}; last seen without it`, rows) : html`<p>${title}</p>`;
}

function drains({ inFlight }: Story): Markup | undefined {
  if (inFlight.length === 0) return undefined;
  const rows = inFlight.map(
    ({ atMs, version, atPods, atProxies }) =>
      html`<tr>
        <td>${seconds(atMs)}</td>
        <td>${version}</td>
        <td>${atPods}</td>
        <td>${atProxies ?? 'not asked'}</td>
      </tr>`,
  );
  return html`<section>
    <h2>Requests in flight while draining</h2>
    ${table(['at', 'version', 'at its pods', 'at the proxies'], rows)}
  </section>`;
}

function happenings({ happenings: all }: Story): Markup {
  const rows = all.map(
    ({ atMs, kind, text }) =>
      html`<tr class="${kind}">
        <td>${seconds(atMs)}</td>
        <td>${kind}</td>
        <td>${text}</td>
      </tr>`,
  );
  return table(['at', 'kind', 'what'], rows);
}
