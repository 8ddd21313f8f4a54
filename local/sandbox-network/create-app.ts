import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import { accountBody, addOauthRoutes } from "./oauth-routes.ts";
import { channelsOf } from "./accounts.ts";
import { addAdminRoutes } from "./admin-routes.ts";
import { guard } from "./guard.ts";
import { limits } from "./limits.ts";
import { addMediaRoutes } from "./media-routes.ts";
import type { Network } from "./network.ts";
import { errorPage } from "./page.ts";
import { addPageRoutes } from "./page-routes.ts";
import { addPostRoutes } from "./post-routes.ts";
import { createRateLimiter } from "./rate-limit.ts";
import { Refusal } from "./refusal.ts";
import { send } from "./with-fault.ts";

/** The network's HTTP server, not listening yet. */
export function createApp(options: {
  network: Network;
  onError: (error: Error) => void;
}): FastifyInstance {
  const { network } = options;
  const app = Fastify({
    bodyLimit: 262_144,
    // What hangs on purpose must not keep the server from closing.
    forceCloseConnections: true,
    requestTimeout: 120_000,
    routerOptions: {
      maxParamLength: 300,
    },
    frameworkErrors: (error, request, reply) =>
      void fail(reply, request, refusalOf(error) ?? badUrl()),
  });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    { parseAs: "string" },
    app.getDefaultJsonParser("error", "error"),
  );
  app.addContentTypeParser(
    "application/octet-stream",
    { parseAs: "buffer" },
    (_request, body, done) => {
      done(null, body);
    },
  );
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => {
      done(null, formFields(String(body)));
    },
  );

  app.setErrorHandler((error: FastifyError | Refusal, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal === undefined) options.onError(error);
    return fail(
      reply,
      request,
      refusal ?? new Refusal("The network is broken; see its log.", { status: 500, code: "bug" }),
    );
  });
  app.setNotFoundHandler((request, reply) =>
    fail(reply, request, new Refusal("There is nothing here.", { status: 404, code: "not_found" })),
  );

  const deps = { network, rateLimiter: createRateLimiter() };
  app.get("/api/limits", () => limits);
  app.get(
    "/api/me",
    guard(deps, {
      on: "read",
      scope: "read",
      act: ({ user }) => ({ status: 200, body: accountBody(user) }),
    }),
  );
  app.get(
    "/api/channels",
    guard(deps, {
      on: "read",
      scope: "read",
      act: ({ user }) => ({
        status: 200,
        body: {
          data: channelsOf({ network, user: user.name }).map(({ id, kind, name, handle }) => ({
            id,
            kind,
            name,
            handle,
            url: `${network.publicUrl}/@${handle}`,
            avatarUrl: `${network.publicUrl}/avatars/${id}.svg`,
          })),
        },
      }),
    }),
  );
  addOauthRoutes(app, deps);
  addMediaRoutes(app, deps);
  addPostRoutes(app, deps);
  addAdminRoutes(app, deps);
  addPageRoutes(app, deps);
  return app;
}

/** JSON for programs, a page for people. */
function fail(reply: FastifyReply, request: FastifyRequest, refusal: Refusal): FastifyReply {
  const forPeople =
    request.headers.accept?.includes("text/html") === true &&
    !/^\/(api|_|oauth\/(token|revoke))/.test(request.url);
  if (forPeople)
    return send(
      reply,
      errorPage({ status: refusal.status, title: "That did not work", message: refusal.message }),
    );
  return send(reply, {
    status: refusal.status,
    body: { error: refusal.code, message: refusal.message, ...refusal.extra },
    headers: { ...refusal.headers, "cache-control": "no-store" },
  });
}

/** The refusal that an error is: ours, or one of the server's own for a request that is not well formed. */
function refusalOf(error: FastifyError | Refusal): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const status = error.statusCode;
  if (status === undefined || status < 400 || status > 499) return undefined;
  const code =
    status === 413 ? "too_large" : status === 415 ? "unsupported_type" : "invalid_request";
  return new Refusal(error.message, { status, code });
}

function badUrl(): Refusal {
  return new Refusal("This address is not well formed.", { status: 400, code: "invalid_request" });
}

/** Fields of a form; one that is given more than once becomes a list, which no route takes. */
function formFields(body: string): Record<string, string | string[]> {
  const fields = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(body))
    fields.set(name, [...(fields.get(name) ?? []), value]);
  return Object.fromEntries(
    [...fields].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]),
  );
}
