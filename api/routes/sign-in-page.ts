import { readFileSync } from "node:fs";
import type { RouteAdder } from "../lib/add-routes.ts";
import { isOwnMachine } from "../lib/start-command.ts";

const file = (name: string) =>
  readFileSync(new URL(`../../web/sign-in/${name}`, import.meta.url), "utf8");

/** A plain page to register, sign in and find one's way, until the console is here. */
export const addSignInPage: RouteAdder = (app, context) => {
  // Where the page may be open to the world, it says nothing of this machine's folders.
  const startCommand = isOwnMachine(context.publicUrl) ? context.startCommand : "npm start --";
  // Functions, because a folder's name may hold what `replaceAll` takes for a pattern.
  const page = file("index.html")
    .replaceAll("{{publicUrl}}", () => escapeHtml(context.publicUrl))
    .replaceAll("{{startCommand}}", () => escapeHtml(startCommand))
    .replaceAll("{{registration}}", context.registration);
  const parts = [
    { url: "/sign-in.js", type: "text/javascript; charset=utf-8", body: file("sign-in.js") },
    { url: "/sign-in.css", type: "text/css; charset=utf-8", body: file("sign-in.css") },
  ];
  for (const part of parts) {
    app.route({
      method: "GET",
      url: part.url,
      config: { access: { public: true } },
      schema: { hide: true },
      handler: (_request, reply) => reply.type(part.type).send(part.body),
    });
  }
  app.route({
    method: "GET",
    url: "/",
    config: { access: { public: true } },
    schema: { hide: true },
    handler: (_request, reply) => reply.type("text/html; charset=utf-8").send(page),
  });
};

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
