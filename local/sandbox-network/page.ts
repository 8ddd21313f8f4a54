import { html, type Markup } from "./html.ts";
import type { Answer } from "./with-fault.ts";

/**
 * A whole page. Browsers also hold the redirect after a form to `form-action`, so a page whose form ends at another
 * origin has to name it.
 */
export function page(input: {
  title: string;
  status?: number;
  body: Markup;
  formTargets?: string[];
  /** A script of our own that the page may run; without it everything works as well. */
  script?: "/choose.js";
}): Answer {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${input.title} · Sandbox network</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        ${input.script !== undefined && html`<script src="${input.script}" defer></script>`}
      </head>
      <body>
        <header class="top">
          <a class="brand" href="/">Sandbox network</a><span>offline, for trying things out</span>
        </header>
        <main>${input.body}</main>
      </body>
    </html>`;
  return {
    status: input.status ?? 200,
    body: document.source,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        ...(input.script === undefined ? [] : ["script-src 'self'"]),
        `form-action 'self' ${(input.formTargets ?? []).join(" ")}`.trim(),
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join("; "),
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
  };
}

export function errorPage(input: { status: number; title: string; message: string }): Answer {
  return page({
    title: input.title,
    status: input.status,
    body: html`<section class="card">
      <h1>${input.title}</h1>
      <p>${input.message}</p>
    </section>`,
  });
}

export const styleSheet = `
:root { color-scheme: light dark; --back: #f3f4f8; --card: #fff; --ink: #1b1e28; --soft: #5d6475; --line: #dcdfe8; --main: #3b4fd8; --on-main: #fff; }
@media (prefers-color-scheme: dark) { :root { --back: #14161d; --card: #1e212b; --ink: #eceef4; --soft: #a3a9ba; --line: #343948; --main: #9aa6ff; --on-main: #14161d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--main); }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
.top { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; padding: .75rem 1rem; border-bottom: 1px solid var(--line); background: var(--card); color: var(--soft); }
.brand { font-weight: 700; text-decoration: none; color: var(--ink); }
main { max-width: 40rem; margin: 1.5rem auto; padding: 0 1rem; display: grid; gap: 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; min-width: 0; }
h1 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 .5rem; }
p { margin: .5rem 0; }
.soft { color: var(--soft); font-size: .9rem; }
.who { display: flex; gap: .75rem; align-items: center; }
.who img { width: 2.5rem; height: 2.5rem; border-radius: 50%; }
.who a { font-weight: 600; text-decoration: none; color: var(--ink); }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
.media { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .5rem; margin: .5rem 0; }
.media img, .media video { width: 100%; max-height: 32rem; object-fit: contain; border-radius: .5rem; background: #000; display: block; }
fieldset { border: 0; margin: 1rem 0; padding: 0; }
legend { font-weight: 600; padding: 0; }
.choice { display: flex; gap: .5rem; align-items: center; padding: .25rem 0; }
input[type=text] { width: 100%; font: inherit; color: inherit; background: var(--back); padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; }
.actions { display: flex; gap: .75rem; flex-wrap: wrap; }
button { font: inherit; font-weight: 600; padding: .5rem 1.25rem; border-radius: .5rem; border: 1px solid var(--line); background: var(--card); color: var(--ink); cursor: pointer; }
button.main { background: var(--main); border-color: var(--main); color: var(--on-main); }
.problem { border-left: 4px solid #c4314b; padding-left: .75rem; }
`;

/** Typing a name chooses it; choosing somebody of the list leaves what was typed out of it. */
export const chooseScript = `
const typed = document.getElementById("name");
const another = document.getElementById("another");
const settle = () => { typed.name = another.checked ? "name" : ""; };
typed.addEventListener("input", () => { another.checked = true; settle(); });
for (const one of document.querySelectorAll("input[name=user]"))
  one.addEventListener("change", () => { settle(); if (another.checked) typed.focus(); });
settle();
`;

/** A round picture with the first letter, in a colour that belongs to the channel. */
export function avatar(input: { id: string; name: string }): string {
  const hue = Array.from(input.id).reduce(
    (sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360,
    7,
  );
  const letter = Array.from(input.name)[0]?.toUpperCase() ?? "?";
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80" role="img">
    <rect width="80" height="80" fill="hsl(${hue} 55% 40%)" />
    <text
      x="40"
      y="54"
      font-family="system-ui, sans-serif"
      font-size="40"
      font-weight="600"
      text-anchor="middle"
      fill="#fff"
    >
      ${letter}
    </text>
  </svg>`.source;
}
