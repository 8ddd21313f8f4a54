import { escapeHtml } from "./escape-html.ts";

/** What a person reads who comes back from a platform. */
export interface OauthPage {
  status: number;
  /** Stable word for programs and for support. */
  code: string;
  title: string;
  text: string;
  /** The connection, where a signed-in person made it: the browser goes straight back to the console. */
  connected?: string;
  /** The connection that a signed-in person would rather not make after all: back to the console as well. */
  refused?: string;
}

/** The page that ends an authorization, as HTML. No script, nothing from elsewhere; every text is escaped. */
export function oauthPageHtml(page: OauthPage, input: { publicUrl: string }): string {
  const { connected, refused } = page;
  const told = Object.entries({ connected, refused }).find(([, id]) => id !== undefined);
  const back = `${input.publicUrl}/connections${told ? `?${told.join("=")}` : ""}`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    ${told === undefined ? "" : `<meta http-equiv="refresh" content="0; url=${escapeHtml(back)}" />`}
    <title>${escapeHtml(page.title)} · Drumbeat</title>
    <style>
      :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
      body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
      main { max-width: 32rem; padding: 2rem; }
      h1 { font-size: 1.5rem; line-height: 1.25; }
      small { opacity: 0.7; }
    </style>
  </head>
  <body>
    <main>
      <h1>${escapeHtml(page.title)}</h1>
      <p>${escapeHtml(page.text)}</p>
      <p><a href="${escapeHtml(back)}">Back to Drumbeat</a></p>
      ${page.status < 400 ? "" : `<p><small>Code: ${escapeHtml(page.code)}</small></p>`}
    </main>
  </body>
</html>
`;
}
