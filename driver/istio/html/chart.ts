/** Step charts and strips as SVG. Each line has its name at its end and a dash of its own: colour alone tells nothing. */
import { html, type Markup, type Part } from './markup';

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
/** Room for the names at the ends of the lines. A longer name goes on below: what is cut off cannot be told from another one. */
const letter = 8;
const perLine = (width: number) => Math.floor(Math.min(380, width / 2) / letter) - 1;
const dashes = ['', '6 3', '2 3', '8 3 2 3'];

export function stepChart({ title, unit, lines, endMs, most, width = pageWidth }: Chart): Markup {
  const names = lines.map(({ name, points }) => pieces(`${name} ${points.at(-1)?.value ?? 0}${unit}`, perLine(width)));
  const right = Math.max(48, ...names.flat().map(({ length }) => (length + 1) * letter));
  const x = (ms: number) => left + (ms / Math.max(1, endMs)) * (width - left - right);
  const y = (value: number) => 10 + (1 - value / Math.max(1, most)) * (height - 34);
  const ends = lines.map(({ points }) => y(points.at(-1)?.value ?? 0));
  const places = apart(
    ends,
    names.map(({ length }) => length * lineHeight),
  );
  const tall = Math.max(height, ...places.map((place, index) => place + (names[index]?.length ?? 1) * lineHeight));
  const label = lines.map(describe(unit)).join('; ');
  const drawn = lines.map(
    (line, index) =>
      html`<path class="line l${index % 4}" stroke-dasharray="${dashes[index % 4]}" d="${pathOf(line, x, y, endMs)}" />
        <text class="name" x="${width - right + 6}" y="${((places[index] ?? 0) + 4).toFixed(1)}"
          >${stacked(names[index] ?? [], width - right + 6)}</text
        >`,
  );
  return html`<figure>
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${width} ${tall}" role="img" aria-label="${title}: ${label}">
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

/** Of a name that is longer than a line of the picture; preferably behind a dash or a dot. */
function pieces(text: string, most: number): string[] {
  if (text.length <= most) return [text];
  const mark = text.slice(0, most).search(/[-. ][^-. ]*$/);
  const end = mark > most / 2 ? mark + 1 : most;
  return [text.slice(0, end), ...pieces(text.slice(end), most)];
}

/** Below each other, in a text element that stands at `x`. */
function stacked([first = '', ...further]: readonly string[], x: number): Part {
  return [first, ...further.map((piece) => html`<tspan x="${x}" dy="${lineHeight}">${piece}</tspan>`)];
}

/** Names of lines that end at one value stand below each other. */
function apart(ends: readonly number[], heights: readonly number[]): number[] {
  const order = ends.map((_, index) => index).sort((a, b) => (ends[a] ?? 0) - (ends[b] ?? 0));
  const places = [...ends];
  order.forEach((index, rank) => {
    const above = order[rank - 1];
    const free = above === undefined ? -Infinity : (places[above] ?? 0) + (heights[above] ?? 0);
    places[index] = Math.max(ends[index] ?? 0, free);
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
  let y = 0;
  const drawn = rows.map(({ name, ms }) => {
    const lines = pieces(name, 44);
    const [top, long] = [y, (ms / most) * 320];
    y += 6 + lines.length * lineHeight;
    return html`<text class="tick" x="300" y="${top + 14}" text-anchor="end">${stacked(lines, 300)}</text>
      <rect class="bar" x="306" y="${top + 4}" width="${Math.max(1, long).toFixed(1)}" height="12" />
      <text class="tick" x="${(312 + long).toFixed(1)}" y="${top + 14}">${seconds(ms)}</text>`;
  });
  const label = rows.map(({ name, ms }) => `${name} ${seconds(ms)}`).join(', ');
  return html`<figure>
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${pageWidth} ${y + 4}" role="img" aria-label="${title}: ${label}">${drawn}</svg>
  </figure>`;
}
