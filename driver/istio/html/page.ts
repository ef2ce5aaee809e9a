/** The frame of each report: one HTML file that needs no network and no script, with its data in it as JSON. */
import { html, jsonIn, Markup } from './markup';
import { style } from './style';

export interface Page {
  readonly title: string;
  readonly body: Markup;
  readonly data: { readonly id: string; readonly value: unknown };
}

export function page({ title, body, data }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        ${body}
        <script type="application/json" id="${data.id}">
          ${jsonIn(data.value)}
        </script>
      </body>
    </html> `.text;
}

export interface ReleasePage {
  readonly service: string;
  readonly namespace: string;
  /** Such as `v1 to v2`. */
  readonly course: string;
  readonly outcome: string;
  readonly because: string;
  readonly sections: Markup;
  readonly data: unknown;
}

/** Of one release. */
export function releasePage({ service, namespace, course, outcome, because, sections, data }: ReleasePage): string {
  const body = html`<header>
      <h1>${service} in ${namespace}: ${course}</h1>
      <p class="outcome ${outcome}"><strong>${outcome}</strong>: ${because}</p>
    </header>
    <main>${sections}</main>`;
  return page({ title: `${service}: ${course}, ${outcome}`, body, data: { id: 'story', value: data } });
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
