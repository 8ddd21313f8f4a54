import { BlockList, isIP } from "node:net";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { putAccount, UserName } from "./accounts.ts";
import {
  exchangeCode,
  issueCode,
  refreshTokens,
  revokeToken,
  userOfSecret,
  type IssuedTokens,
} from "./grants.ts";
import { html } from "./html.ts";
import { scopes, type Scope } from "./limits.ts";
import type { Network } from "./network.ts";
import { errorPage, page } from "./page.ts";
import { parse } from "./parse.ts";
import { Refusal } from "./refusal.ts";
import type { User } from "./state.ts";
import { send, withFault, type Answer } from "./with-fault.ts";

/** The one client that this network knows: a public one, held by PKCE and by its redirect. */
const demoClient = "drumbeat";

const challenge = /^[A-Za-z0-9_-]{43}$/;
const verifier = /^[A-Za-z0-9._~-]{43,128}$/;

/** Parameters that have to be right before anything is sent to `redirect_uri`. */
const Redirecting = z.object({ client_id: z.string(), redirect_uri: z.string().max(2_000) });

const AuthorizationRequest = z.object({
  response_type: z.literal("code"),
  state: z.string().max(1_000).optional(),
  code_challenge: z.string().regex(challenge, "43 letters of base64url"),
  code_challenge_method: z.literal("S256"),
});

const TokenRequest = z.discriminatedUnion("grant_type", [
  z.object({
    grant_type: z.literal("authorization_code"),
    client_id: z.string(),
    code: z.string(),
    redirect_uri: z.string(),
    code_verifier: z.string().regex(verifier, "43 to 128 unreserved characters"),
  }),
  z.object({
    grant_type: z.literal("refresh_token"),
    client_id: z.string(),
    refresh_token: z.string(),
  }),
]);

interface Authorization {
  redirectUri: string;
  state: string | undefined;
  challenge: string;
  scopes: Scope[];
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Authorization code with PKCE S256, refresh, revocation (RFC 6749, 7636, 7009, 8414, 9207). */
export function addOauthRoutes(app: FastifyInstance, { network }: { network: Network }): void {
  app.get("/.well-known/oauth-authorization-server", () => ({
    issuer: network.publicUrl,
    authorization_endpoint: `${network.publicUrl}/oauth/authorize`,
    token_endpoint: `${network.publicUrl}/oauth/token`,
    revocation_endpoint: `${network.publicUrl}/oauth/revoke`,
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["none"],
    authorization_response_iss_parameter_supported: true,
    scopes_supported: scopes,
  }));

  app.get("/oauth/authorize", (request, reply) => {
    const query = parse(z.record(z.string(), z.unknown()), request.query);
    return send(
      reply,
      answerAuthorization({
        network,
        query,
        decide(authorization) {
          if (query["approve"] === undefined)
            return authorizationPage({ network, query, authorization });
          return approve({ network, authorization, name: query["approve"] });
        },
      }),
    );
  });

  app.post("/oauth/authorize", (request, reply) => {
    const form = parse(z.record(z.string(), z.unknown()), request.body);
    return send(
      reply,
      answerAuthorization({
        network,
        query: form,
        decide(authorization) {
          if (form["decision"] !== "approve") return denied({ network, authorization });
          const typed = typeof form["name"] === "string" ? form["name"].trim() : "";
          const name = UserName.safeParse(typed === "" ? form["user"] : typed);
          if (name.success) return approve({ network, authorization, name: name.data });
          const problem = `Choose who you are, or type a name: ${name.error.issues[0]?.message ?? ""}.`;
          return authorizationPage({ network, query: form, authorization, problem });
        },
      }),
    );
  });

  app.post("/oauth/token", (request, reply) => {
    const { grant_type: asked } = parse(z.object({ grant_type: z.string() }), request.body);
    if (asked !== "authorization_code" && asked !== "refresh_token")
      throw new Refusal("The grants are authorization_code and refresh_token.", {
        status: 400,
        code: "unsupported_grant_type",
      });
    const body = parse(TokenRequest, request.body);
    const account = userOfSecret(
      body.grant_type === "refresh_token"
        ? { network, refreshToken: body.refresh_token }
        : { network, code: body.code },
    );
    return withFault({
      network,
      on: "token",
      account,
      request,
      reply,
      act() {
        if (body.client_id !== demoClient)
          throw new Refusal("There is no such client.", { status: 401, code: "invalid_client" });
        const issued =
          body.grant_type === "refresh_token"
            ? refreshTokens({ network, refreshToken: body.refresh_token, clientId: body.client_id })
            : exchangeCode({
                network,
                code: body.code,
                clientId: body.client_id,
                redirectUri: body.redirect_uri,
                codeVerifier: body.code_verifier,
              });
        return { status: 200, body: tokenBody(issued), headers: { "cache-control": "no-store" } };
      },
    });
  });

  app.post("/oauth/revoke", (request, reply) => {
    const { token } = parse(z.object({ token: z.string() }), request.body);
    const account = userOfSecret({ network, refreshToken: token });
    return withFault({
      network,
      on: "token",
      account,
      request,
      reply,
      act() {
        revokeToken({ network, token });
        return { status: 200, body: {} };
      },
    });
  });
}

/**
 * Checks the request of an authorization. Nothing is ever sent to a redirect that is not allowed; once it is, what is
 * wrong with the rest is told there (RFC 6749, 4.1.2.1).
 */
function answerAuthorization(input: {
  network: Network;
  query: Record<string, unknown>;
  decide: (authorization: Authorization) => Answer;
}): Answer {
  const { network, query } = input;
  const redirecting = Redirecting.safeParse(query);
  if (!redirecting.success || redirecting.data.client_id !== demoClient)
    return errorPage({
      status: 400,
      title: "This app is not known",
      message: `The request has to name client_id=${demoClient} and a redirect_uri, each once.`,
    });
  const redirectUri = redirecting.data.redirect_uri;
  if (!redirectAllowed(redirectUri))
    return errorPage({
      status: 400,
      title: "This address can't be returned to",
      message:
        "The redirect_uri has to be an https address, or http on this machine, without fragment or password.",
    });

  const state = typeof query["state"] === "string" ? query["state"] : undefined;
  const request = AuthorizationRequest.safeParse(query);
  if (!request.success) {
    const issue = request.error.issues[0];
    const description = `${issue?.path.join(".") ?? "request"}: ${issue?.message ?? "invalid"}`;
    const unsupported =
      issue?.path[0] === "response_type" && typeof query["response_type"] === "string";
    const error = unsupported ? "unsupported_response_type" : "invalid_request";
    return redirect({
      network,
      redirectUri,
      state,
      parameters: { error, error_description: description },
    });
  }
  const asked = askedScopes(query["scope"]);
  if (asked === undefined)
    return redirect({
      network,
      redirectUri,
      state,
      parameters: {
        error: "invalid_scope",
        error_description: `The scopes are ${scopes.join(" ")}.`,
      },
    });
  return input.decide({
    redirectUri,
    state,
    challenge: request.data.code_challenge,
    scopes: asked,
  });
}

/** All scopes when none is named; undefined when one is not ours. */
function askedScopes(scope: unknown): Scope[] | undefined {
  if (scope === undefined || scope === "") return [...scopes];
  if (typeof scope !== "string") return undefined;
  const names = scope.split(" ").filter((name) => name !== "");
  const known = scopes.filter((name) => names.includes(name));
  return known.length === new Set(names).size && known.length > 0 ? known : undefined;
}

/** https anywhere; http on loopback only. Printable ASCII, so that it goes into the header exactly as it came. */
function redirectAllowed(redirectUri: string): boolean {
  if (!/^[!-~]+$/.test(redirectUri) || redirectUri.includes("#") || !URL.canParse(redirectUri))
    return false;
  const url = new URL(redirectUri);
  if (url.username !== "" || url.password !== "") return false;
  if (url.protocol === "https:") return true;
  if (url.protocol !== "http:") return false;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (host === "localhost" || host.endsWith(".localhost")) return true;
  const family = isIP(host);
  return family !== 0 && loopback.check(host, family === 6 ? "ipv6" : "ipv4");
}

function approve(input: { network: Network; authorization: Authorization; name: unknown }): Answer {
  const { network, authorization } = input;
  const name = UserName.safeParse(input.name);
  if (!name.success)
    return errorPage({
      status: 400,
      title: "This is no user name",
      message: `A name has ${name.error.issues[0]?.message ?? "a certain form"}.`,
    });
  putAccount({ network, name: name.data, change: {} });
  const code = issueCode({
    network,
    user: name.data,
    clientId: demoClient,
    redirectUri: authorization.redirectUri,
    challenge: authorization.challenge,
    scopes: authorization.scopes,
  });
  return redirect({ network, ...authorization, parameters: { code } });
}

function denied(input: { network: Network; authorization: Authorization }): Answer {
  const parameters = { error: "access_denied", error_description: "The person said no." };
  return redirect({ network: input.network, ...input.authorization, parameters });
}

function redirect(input: {
  network: Network;
  redirectUri: string;
  state: string | undefined;
  parameters: Record<string, string>;
}): Answer {
  const { network, redirectUri, state, parameters } = input;
  const query = new URLSearchParams({
    ...parameters,
    ...(state === undefined ? {} : { state }),
    iss: network.publicUrl,
  });
  // Put behind the address as it came: a parsed and rewritten one may differ from what the client compares with.
  const location = `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${query.toString()}`;
  return {
    status: 302,
    headers: { location, "cache-control": "no-store", "referrer-policy": "no-referrer" },
  };
}

const listedUsers = 12;

function authorizationPage(input: {
  network: Network;
  query: Record<string, unknown>;
  authorization: Authorization;
  problem?: string;
}): Answer {
  const { network, query, authorization } = input;
  const kept = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
  ];
  const users = [...network.state.users.values()].slice(0, listedUsers);
  // Once the page was sent, it comes back as it was.
  const typed = typeof query["name"] === "string" ? query["name"] : "";
  const listed = users.findIndex(({ name }) => name === query["user"]);
  const chosen = typed !== "" || query["user"] === "" ? undefined : Math.max(listed, 0);
  const target = new URL(authorization.redirectUri);
  return page({
    title: "Allow Drumbeat?",
    status: input.problem === undefined ? 200 : 400,
    formTargets: [target.origin],
    script: "/choose.js",
    body: html`<section class="card">
      <h1>Drumbeat asks for access to your account</h1>
      <p>It wants to ${authorization.scopes.map(wordsFor).join(" and ")}.</p>
      <p class="soft">
        You will be sent back to ${target.origin}. This network has no passwords: be whoever you
        like.
      </p>
      ${input.problem !== undefined && html`<p class="problem" role="alert">${input.problem}</p>`}
      <form method="post" action="/oauth/authorize">
        ${kept.map((name) => {
          const value = query[name];
          return typeof value === "string"
            ? html`<input type="hidden" name="${name}" value="${value}" />`
            : "";
        })}
        <fieldset>
          <legend>Who are you?</legend>
          ${users.map((user, index) => userChoice({ user, checked: index === chosen }))}
          <label class="choice"
            ><input
              type="radio"
              name="user"
              id="another"
              value=""
              ${chosen === undefined || users.length === 0 ? html`checked` : ""}
            />Another name</label
          >
        </fieldset>
        <p><label for="name">Or somebody else (made if new)</label></p>
        <p>
          <input
            type="text"
            id="name"
            name="name"
            maxlength="64"
            autocomplete="off"
            spellcheck="false"
            value="${typed}"
          />
        </p>
        <p class="actions">
          <button class="main" name="decision" value="approve">Allow</button>
          <button name="decision" value="deny">Deny</button>
        </p>
      </form>
    </section>`,
  });
}

function userChoice(input: { user: User; checked: boolean }) {
  const { name, displayName } = input.user;
  return html`<label class="choice"
    ><input
      type="radio"
      name="user"
      value="${name}"
      ${input.checked ? html`checked` : ""}
    />${displayName} <span class="soft">@${name}</span></label
  >`;
}

function wordsFor(scope: Scope): string {
  return scope === "read"
    ? "see your profile, pages, posts and their numbers"
    : "publish and delete posts for you";
}

function tokenBody(issued: IssuedTokens): Record<string, unknown> {
  const { user } = issued;
  return {
    token_type: "Bearer",
    access_token: issued.accessToken,
    expires_in: issued.expiresInSeconds,
    refresh_token: issued.refreshToken,
    refresh_expires_in: issued.refreshExpiresInSeconds,
    scope: issued.grant.scopes.join(" "),
    account: accountBody(user),
  };
}

/** Who a token belongs to, and what the account's corner of the network offers. */
export function accountBody(user: User): Record<string, unknown> {
  const { id, name, displayName, markers, listing, deletable } = user;
  return { id, handle: name, name: displayName, markers, listing, deletable };
}
