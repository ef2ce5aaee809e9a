/** Step charts and strips as SVG. Each line has its name at its end and a dash of its own: colour alone tells nothing. */
import { html, type Markup } from './markup';

export interface Line {
  readonly name: string;
  /** In the order of time; a value holds until the next. */
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
}

export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  readonly endMs: number;
  readonly most: number;
  /** In the units of the picture; left out: as wide as the page. */
  readonly width?: number;
}

/** Where the value becomes another one. */
export function changes<T extends { readonly value: number }>(points: readonly T[]): T[] {
  return points.filter(({ value }, index) => value !== points[index - 1]?.value);
}

const pageWidth = 720;
const height = 140;
const left = 48;
/** Room for the names at the ends of the lines. */
const rightOf = (lines: readonly Line[]) => {
  const longest = Math.max(0, ...lines.map(({ name }) => name.length));
  return Math.min(380, 48 + longest * 8);
};
const dashes = ['', '6 3', '2 3', '8 3 2 3'];

export function stepChart({ title, unit, lines, endMs, most, width = pageWidth }: Chart): Markup {
  const right = rightOf(lines);
  const x = (ms: number) => left + (ms / Math.max(1, endMs)) * (width - left - right);
  const y = (value: number) => 10 + (1 - value / Math.max(1, most)) * (height - 34);
  const ends = lines.map(({ points }) => y(points.at(-1)?.value ?? 0));
  const places = apart(ends);
  const drawn = lines.map((line, index) => {
    const last = line.points.at(-1)?.value ?? 0;
    return html`<path
        class="line l${index % 4}"
        stroke-dasharray="${dashes[index % 4]}"
        d="${pathOf(line, x, y, endMs)}"
      />
      <text class="name" x="${width - right + 6}" y="${((places[index] ?? 0) + 4).toFixed(1)}"
        >${line.name} ${last}${unit}</text
      >`;
  });
  return html`<figure>
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}: ${lines.map(describe(unit)).join('; ')}">
      <path class="axis" d="M${left} 10V${height - 24}H${width - right}" />
      <text class="tick" x="${left - 6}" y="14" text-anchor="end">${most}${unit}</text>
      <text class="tick" x="${left - 6}" y="${height - 24}" text-anchor="end">0</text>
      <text class="tick" x="${left}" y="${height - 8}">0 s</text>
      <text class="tick" x="${width - right}" y="${height - 8}" text-anchor="end">${seconds(endMs)}</text>
      ${drawn}
    </svg>
  </figure>`;
}

const lineHeight = 14;

/** Names of lines that end at one value stand below each other. */
function apart(ends: readonly number[]): number[] {
  const order = ends.map((_, index) => index).sort((a, b) => (ends[a] ?? 0) - (ends[b] ?? 0));
  const places = [...ends];
  order.forEach((index, rank) => {
    const above = rank === 0 ? -Infinity : (places[order[rank - 1] ?? 0] ?? 0);
    places[index] = Math.max(ends[index] ?? 0, above + lineHeight);
  });
  return places;
}

function pathOf({ points }: Line, x: (ms: number) => number, y: (value: number) => number, endMs: number): string {
  const steps = points.map(({ atMs, value }, index) => {
    const [at, to] = [x(atMs).toFixed(1), y(value).toFixed(1)];
    return index === 0 ? `M${at} ${to}` : `H${at}V${to}`;
  });
  return points.length === 0 ? '' : `${steps.join('')}H${x(endMs).toFixed(1)}`;
}

const describe =
  (unit: string) =>
  ({ name, points }: Line) =>
    `${name} ${points.map(({ atMs, value }) => `${value}${unit} at ${seconds(atMs)}`).join(', ')}`;

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** How long each of them took, as bars beside their names. */
export function bars(title: string, rows: readonly { readonly name: string; readonly ms: number }[]): Markup {
  const most = Math.max(1, ...rows.map(({ ms }) => ms));
  const drawn = rows.map(
    ({ name, ms }, index) =>
      html`<text class="tick" x="300" y="${index * 20 + 14}" text-anchor="end">${name.slice(0, 44)}</text>
        <rect
          class="bar"
          x="306"
          y="${index * 20 + 4}"
          width="${Math.max(1, (ms / most) * 320).toFixed(1)}"
          height="12"
        />
        <text class="tick" x="${(312 + (ms / most) * 320).toFixed(1)}" y="${index * 20 + 14}">${seconds(ms)}</text>`,
  );
  const label = rows.map(({ name, ms }) => `${name} ${seconds(ms)}`).join(', ');
  return html`<figure>
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${pageWidth} ${rows.length * 20 + 4}" role="img" aria-label="${title}: ${label}">${drawn}</svg>
  </figure>`;
}
