/** What every report is in: a page that needs no network and no script, with its data in it as JSON. */
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
