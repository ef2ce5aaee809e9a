/** The frame of each report: one HTML file that needs no network and no script, with its data in it as JSON. */
import { html, jsonIn, Markup } from './markup';
import { style } from './style';

export interface Page {
  readonly service: string;
  readonly namespace: string;
  /** Such as `v1 to v2`. */
  readonly course: string;
  readonly outcome: string;
  readonly because: string;
  readonly sections: Markup;
  readonly data: unknown;
}

export function page({ service, namespace, course, outcome, because, sections, data }: Page): string {
  const whole = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${service}: ${course}, ${outcome}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <header>
          <h1>${service} in ${namespace}: ${course}</h1>
          <p class="outcome ${outcome}"><strong>${outcome}</strong>: ${because}</p>
        </header>
        <main>${sections}</main>
        <script type="application/json" id="story">
          ${jsonIn(data)}
        </script>
      </body>
    </html> `;
  return whole.text;
}

export function factList(rows: readonly (readonly [string, string])[]): Markup {
  return html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}
