import type { FastifyInstance, FastifyRequest } from "fastify";
import { Problem } from "#domain/errors.ts";
import type { Scope } from "#domain/permissions.ts";
import type { ApiContext } from "../context.ts";
import { requireStepUp } from "../lib/step-up.ts";
import { findPrincipal, type Principal } from "./principal.ts";

/** Who may call a route. Every route says it; one that does not can't be added. */
export type Access =
  /** Anybody, signed in or not. */
  | { public: true }
  /**
   * Whoever holds the scope, by session or by key. With `stepUp` a person must have given their password within the last
   * ten minutes.
   */
  | { scope: Scope; stepUp?: true }
  /** Anybody who is signed in or holds a key, whatever it may do. */
  | { principal: true }
  /** Signed-in people only. */
  | { session: true }
  /** Operators of this installation, signed in. */
  | { operator: true };

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
    /** Its requests are passed on to another program, whatever the type of their bodies. */
    proxied?: true;
  }
  interface FastifyRequest {
    /** Set on every route that is not public. */
    principal: Principal | null;
  }
}

/** Where the API's reference page is served; it says nothing that the repository does not. */
export const referencePage = "/docs";

/** Refuses routes without a word on access, and requests without the right to the route they call. */
export function addAccess(app: FastifyInstance, context: ApiContext): void {
  app.decorateRequest("principal", null);
  app.addHook("onRoute", (route) => {
    // Routes of the reference page come from a library, which knows nothing of access.
    if (route.url === referencePage || route.url.startsWith(`${referencePage}/`)) {
      route.config = { ...route.config, access: { public: true } };
    }
    if (!route.config?.access) {
      throw new Error(
        `${String(route.method)} ${route.url} does not say who may call it: add config.access`,
      );
    }
  });
  app.addHook("onRequest", async (request) => {
    const access = request.routeOptions.config.access;
    if (access === undefined || "public" in access) {
      if (changes(request) && request.headers.authorization === undefined)
        refuseForeignOrigin(context, request);
      return;
    }
    const principal = await findPrincipal(context, request);
    request.principal = principal;
    if (principal.kind === "user" && changes(request)) {
      refuseForeignOrigin(context, request);
      refuseForms(request);
    }
    if ("session" in access && principal.kind !== "user") {
      throw new Problem({
        status: 403,
        code: "session_needed",
        detail: "Only a signed-in person can do this, no API key. Sign in.",
      });
    }
    if ("operator" in access && !(principal.kind === "user" && principal.operator)) {
      throw new Problem({
        status: 403,
        code: "operator_needed",
        detail: "Only an operator of this installation can do this.",
      });
    }
    if ("scope" in access) {
      requireScope(principal, access.scope);
      if (access.stepUp) requireStepUp(principal, context.now());
    }
  });
}

/** Who asks; for handlers of routes that are not public. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Error("the route is public and has no principal");
  return request.principal;
}

/** The signed-in person who asks; for handlers of routes that no key may call. */
export function personOf(request: FastifyRequest): Extract<Principal, { kind: "user" }> {
  const principal = principalOf(request);
  if (principal.kind !== "user") throw new Error("the route may be called by keys");
  return principal;
}

/** Throws Problem 403 `missing_scope`. */
export function requireScope(principal: Principal, scope: Scope): void {
  if (principal.scopes.includes(scope)) return;
  const needed = scope === "posts:approve" && principal.kind === "key" ? "posts:publish" : scope;
  throw new Problem({
    status: 403,
    code: "missing_scope",
    detail:
      principal.kind === "key"
        ? `This API key lacks the scope ${needed}.`
        : `Your role in this workspace does not allow it (${needed}).`,
    extra: { scope: needed },
  });
}

/** A form can be sent by any site without asking first; with our cookie, only uploads come as one. */
function refuseForms(request: FastifyRequest): void {
  const type = request.headers["content-type"];
  if (type === undefined || request.routeOptions.config.proxied) return;
  const mediaType = type.split(";")[0]?.trim().toLowerCase() ?? "";
  const accepted = request.routeOptions.schema?.consumes ?? ["application/json"];
  if (accepted.includes(mediaType)) return;
  throw new Problem({
    status: 415,
    code: "unsupported_media_type",
    detail: `Send it as ${accepted.join(" or ")}.`,
  });
}

function changes(request: FastifyRequest): boolean {
  return request.method !== "GET" && request.method !== "HEAD" && request.method !== "OPTIONS";
}

/**
 * A browser says where a request comes from, in Origin or at least in Sec-Fetch-Site; what comes from elsewhere and
 * carries our cookie is forged. A client that says neither is no browser, and nobody rides on its cookies.
 */
function refuseForeignOrigin(context: ApiContext, request: FastifyRequest): void {
  const origin = request.headers.origin;
  const site = request.headers["sec-fetch-site"];
  const own =
    origin === undefined
      ? site === undefined || site === "same-origin"
      : origin === new URL(context.publicUrl).origin;
  if (!own) {
    throw new Problem({
      status: 403,
      code: "foreign_origin",
      detail: `Requests from other sites are refused. The product's own address is ${context.publicUrl}.`,
    });
  }
}
