import { readFileSync } from "node:fs";
import type { RouteAdder } from "../lib/add-routes.ts";

const file = (name: string) =>
  readFileSync(new URL(`../../web/sign-in/${name}`, import.meta.url), "utf8");

/** A plain page to register, sign in and find one's way, until the console is here. */
export const addSignInPage: RouteAdder = (app, context) => {
  const page = file("index.html");
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
    handler: (_request, reply) =>
      reply
        .type("text/html; charset=utf-8")
        .send(
          page
            .replaceAll("{{publicUrl}}", escapeHtml(context.publicUrl))
            .replaceAll("{{registration}}", context.registration),
        ),
  });
};

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
