import { html, type Markup } from './markup';

/** `rows` are `tr` elements. `kind` is a class of style.ts, such as `named`: the first cell is a name, not a time. */
export function table(head: readonly string[], rows: readonly Markup[], kind = 'timed'): Markup {
  return html`<table class="${kind}">
    <thead>
      <tr>
        ${head.map((name) => html`<th scope="col">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}
