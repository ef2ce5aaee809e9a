/** The report of a rehearsal: what each order of writes does in each simulated world, the worlds beside each other. */
import { naiveOrders } from '../simulation/naive-orders';
import { isClean, type Rehearsal, type Rehearsed } from '../simulation/rehearsal';
import { seconds, stepChart, type Line } from './chart';
import { html, type Markup } from './markup';
import { page } from './page';
import { table } from './table';

export function rehearsalPage({ release, stable, canary }: Rehearsal, rows: readonly Rehearsed[]): string {
  const orders = [...new Set(rows.map(({ order }) => order))];
  const title = `${release.name}: ${stable} to ${canary}, in simulation`;
  const own = rows.filter(({ outcome }) => outcome !== undefined);
  const body = html`<header>
      <h1>${title}</h1>
      <p class="outcome ${own.every(isClean) ? 'completed' : 'failed'}">
        ${own.map(({ order, world, outcome, lost }) => html`<strong>${order}</strong> in ${world}: ${outcome}, ${lost.length} lost<br />`)}
      </p>
      <p>
        No cluster was asked. In a world every order has the same requests over the same time. Pauses of the file are
        left out.
      </p>
    </header>
    <main>
      ${orders.map((order) => sectionOf(order, canary, rows))}
      <section>
        <h2>The numbers</h2>
        ${tableOf(rows)}
      </section>
    </main>`;
  return page({ title, body, data: { id: 'rehearsal', value: rows } });
}

function sectionOf(order: string, canary: string, rows: readonly Rehearsed[]): Markup {
  const what = naiveOrders.find(({ name }) => name === order)?.what;
  return html`<section>
    <h2>${order}</h2>
    ${what === undefined ? undefined : html`<p>${what}</p>`}
    <div class="beside">${rows.filter((row) => row.order === order).map((row) => cellOf(row, canary, rows))}</div>
  </section>`;
}

/** The scale of a world is the same for all orders, so that their lines can be compared. */
function cellOf(row: Rehearsed, canary: string, rows: readonly Rehearsed[]): Markup {
  const endMs = row.windowSeconds * 1000;
  const most = Math.max(1, ...rows.filter(({ world }) => world === row.world).map(({ lost }) => lost.length));
  const weight: Line = { name: canary, points: row.weights.map(({ atMs, weight }) => ({ atMs, value: weight })) };
  return html`<div>
    <h3>${row.world}</h3>
    ${stepChart({ title: 'Weight', unit: ' %', lines: [weight], endMs, most: 100, width })}
    ${stepChart({ title: 'Requests lost so far', unit: '', lines: [{ name: 'lost', points: lossesOf(row) }], endMs, most, width })}
  </div>`;
}

/** Three of them fit beside each other. */
const width = 380;

function lossesOf({ lost }: Rehearsed): Line['points'] {
  const inOrder = lost.map(({ atMs }) => atMs).sort((a, b) => a - b);
  const counted = inOrder.map((atMs, index) => ({ atMs, value: index + 1 }));
  // Of many at one moment only the last count is drawn.
  return [{ atMs: 0, value: 0 }, ...counted.filter(({ atMs }, index) => atMs !== counted[index + 1]?.atMs)];
}

function tableOf(rows: readonly Rehearsed[]): Markup {
  const head = ['order', 'world', 'requests', 'lost', 'first write to last'];
  const cells = ({ order, world, requests, lost, seconds: took }: Rehearsed) =>
    [order, world, requests, lost.length, seconds(took * 1000)].map((cell) => html`<td>${cell}</td>`);
  return table(
    head,
    rows.map(
      (row) =>
        html`<tr>
          ${cells(row)}
        </tr>`,
    ),
    'named',
  );
}
