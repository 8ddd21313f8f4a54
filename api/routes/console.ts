import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "#domain/errors.ts";
import type { ApiContext } from "../context.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { escapeHtml } from "../lib/escape-html.ts";
import type { ConsoleFile } from "../lib/read-console.ts";
import { isOwnMachine } from "../lib/start-command.ts";

/** The console: its page at `/`, its files by names that change with their content. */
export const addConsoleRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/",
    config: { access: { public: true } },
    schema: { hide: true },
    handler: (_request, reply) => sendConsole(context, reply),
  });
  for (const [path, file] of context.console?.files ?? []) {
    app.route({
      method: "GET",
      url: path,
      config: { access: { public: true } },
      schema: { hide: true },
      handler: (request, reply) =>
        sendFile(request, reply, { file, immutable: path.startsWith("/assets/") }),
    });
  }
};

/** Whether a browser goes to a page of the console by this: what it shows at an address is the console's own matter. */
export function isConsolePage(request: FastifyRequest): boolean {
  return (
    (request.method === "GET" || request.method === "HEAD") &&
    (request.headers.accept ?? "").includes("text/html") &&
    !/^\/(v1|docs|temporal|assets|media)(\/|\?|$)/.test(request.url)
  );
}

/** Answers with the console's page. Throws Problem 503 where it was not built. */
export function sendConsole(context: ApiContext, reply: FastifyReply): FastifyReply {
  if (!context.console) {
    throw new Problem({
      status: 503,
      code: "console_not_built",
      detail:
        "This process serves no console: CONSOLE_DIR names none. `npm start` builds it; by hand it is node scripts/build-console.ts --out DIR. The API works without; its reference is at /docs.",
    });
  }
  // Where the page may be open to the world, it says nothing of this machine's folders.
  const startCommand = isOwnMachine(context.publicUrl) ? context.startCommand : "npm start --";
  // Functions, because a folder's name may hold what `replaceAll` takes for a pattern.
  const page = context.console.page
    .replaceAll("{{publicUrl}}", () => escapeHtml(context.publicUrl))
    .replaceAll("{{startCommand}}", () => escapeHtml(startCommand))
    .replaceAll("{{registration}}", context.registration);
  return reply.type("text/html; charset=utf-8").header("Cache-Control", "no-store").send(page);
}

function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { file, immutable }: { file: ConsoleFile; immutable: boolean },
): FastifyReply {
  const { type, body, gzip } = file;
  reply
    .type(type)
    .header("Vary", "Accept-Encoding")
    .header("Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (!gzip || !/\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) return reply.send(body);
  return reply.header("Content-Encoding", "gzip").send(gzip);
}
