import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { LockMode } from "@mikro-orm/core";
import { disconnectedInUse, readConnectionUse } from "#db/connection-use.ts";
import { Channel, Connection, OauthState } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { recordEvent } from "#db/record-event.ts";
import { Problem } from "#domain/errors.ts";
import type { PlatformConnect, PlatformManifest } from "#platforms/contract.ts";
import type { ApiContext } from "../context.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { ChannelView, viewChannel } from "../lib/channel-view.ts";
import { checkCredentials } from "../lib/check-credentials.ts";
import {
  activateConnection,
  disconnectConnection,
  forgetKept,
  lockConnection,
  storeAuthorization,
  wakeConnection,
} from "../lib/connection-changes.ts";
import {
  ConnectionDetail,
  ConnectionStatusWord,
  ConnectionView,
  viewConnection,
} from "../lib/connection-view.ts";
import { documentedResponses } from "../lib/documented-responses.ts";
import { EngineAnswer } from "../lib/engine-answer.ts";
import { finishAuthorization, platformCallMs, redirectUriOf } from "../lib/finish-authorization.ts";
import { found } from "../lib/not-found.ts";
import { oauthPageHtml, type OauthPage } from "../lib/oauth-page.ts";
import {
  hashOauthState,
  newOauthState,
  oauthStateLifeMs,
  pkceChallenge,
  pkceVerifier,
} from "../lib/oauth-state.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { platformProblem } from "../lib/platform-problem.ts";
import { readRows } from "../lib/read-rows.ts";
import { Id, IdParams, responses } from "../lib/responses.ts";
import { tellEngine } from "../lib/tell-engine.ts";
import { principalOf, requireScope } from "../plugins/access.ts";
import type { Principal } from "../plugins/principal.ts";

const PlatformName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "is no platform's name");

const Began = z.object({
  id: Id,
  status: ConnectionStatusWord,
  authorizationUrl: z
    .string()
    .optional()
    .describe(
      "Where to send the person, within ten minutes; absent with credentials, and in a repeated answer",
    ),
});

/** What comes back in an address that a browser follows: anything that is not one plain text counts as absent. */
const AddressText = z
  .string()
  .optional()
  .catch(undefined)
  .overwrite((given) => (given === "" || (given?.length ?? 0) > 8_000 ? undefined : given));

/** Connections: begun, authorized, confirmed, read, refreshed, disconnected. */
export const addConnectionRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "POST",
    url: "/v1/connections",
    config: { access: { scope: "connections:write" } },
    schema: {
      tags: ["connections"],
      summary: "Connect an account, by signing in at the platform or with credentials",
      body: z.strictObject({
        platform: PlatformName,
        credentials: z
          .record(z.string().min(1).max(100), z.string().max(4_000))
          .optional()
          .describe(
            "The fields that the platform's manifest names, where it is not connected by signing in",
          ),
      }),
      response: responses({ 201: Began }, [
        "unknown_platform",
        "credentials_refused",
        "platform_unavailable",
        "platform_not_configured",
      ]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const platform = platformNamed(context, request.body.platform);
      const credentials = checkCredentials(platform.manifest, request.body.credentials);
      const beginning = { platform, principal, address: request.ip };
      return credentials
        ? connectWithCredentials(context, { request, reply }, { ...beginning, credentials })
        : beginOauth(context, { request, reply }, beginning);
    },
  });

  app.route({
    method: "GET",
    url: "/v1/oauth/:platform/callback",
    config: { access: { public: true }, anyText: true },
    schema: {
      tags: ["connections"],
      summary: "Where platforms send the browser back to; answers a page",
      params: z.object({ platform: z.string().max(100) }),
      querystring: z.object({
        state: AddressText,
        code: AddressText,
        error: AddressText,
        error_description: AddressText,
      }),
      response: documentedResponses({
        200: {
          description: "Connected, or to be confirmed by the key that began it",
          type: "text/html",
        },
        ...Object.fromEntries(
          [400, 403, 410, 422, 503].map((status) => [
            status,
            { description: "A page that says why nothing came of it", type: "text/html" },
          ]),
        ),
      }),
    },
    handler: async (request, reply) => {
      const { state, code, error, error_description: errorDescription } = request.query;
      const page = await finishAuthorization(context, {
        request,
        platform: request.params.platform,
        answer: { state, code, error, errorDescription },
      });
      return sendPage(context, reply, page);
    },
  });

  app.route({
    method: "POST",
    url: "/v1/connections/:id/confirm",
    config: { access: { scope: "connections:write" } },
    schema: {
      tags: ["connections"],
      summary: "Confirm, with the API key that began it, the account that somebody authorized",
      params: IdParams,
      response: responses(
        {
          200: z.object({
            id: Id,
            status: ConnectionStatusWord,
            accountName: z.string(),
            engine: EngineAnswer,
          }),
        },
        [
          "not_found",
          "wrong_key",
          "not_authorized_yet",
          "authorization_expired",
          "needs_reauthorization",
        ],
      ),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      return accept(context, { request, reply }, { status: 200 }, async (em) => {
        const row = await lockConnection(em, request.params.id);
        checkConfirmable(row, { principal, now: context.now() });
        const bodyOf = (connection: Connection) => ({
          id: connection.id,
          status: connection.status,
          accountName: connection.name ?? "",
        });
        // Asked again, as after a lost answer: it is confirmed already.
        if (row.status !== "pending")
          return { body: bodyOf(row), outboxIds: [], subjectId: row.id };
        const messages = await activateConnection(em, row, context.now());
        await audit(em, {
          principal,
          action: "connection.confirmed",
          id: row.id,
          address: request.ip,
        });
        return { body: bodyOf(row), outboxIds: messages, subjectId: row.id };
      });
    },
  });

  app.route({
    method: "GET",
    url: "/v1/connections",
    config: { access: { scope: "connections:read" } },
    schema: {
      tags: ["connections"],
      summary: "List connections, newest first",
      querystring: z.strictObject({
        ...PageQuery.shape,
        platform: PlatformName.optional(),
        status: ConnectionStatusWord.optional(),
        disconnected: z
          .enum(["true", "false"])
          .default("false")
          .describe("`true`: those instead that were disconnected and have channels still in use"),
      }),
      response: responses({ 200: pageOf(ConnectionView) }),
    },
    handler: async (request) => {
      const { limit, cursor, platform, status, disconnected } = request.query;
      return readRows(context, principalOf(request).workspaceId, async (em) => {
        const which =
          disconnected === "true"
            ? { $and: [{ id: { $in: await disconnectedInUse(em) } }] }
            : { disconnectedAt: null };
        const rows = await em.find(
          Connection,
          {
            ...afterCursor(cursor),
            ...which,
            ...(platform === undefined ? {} : { platform }),
            ...(status === undefined ? {} : { status }),
          },
          { orderBy: { id: "desc" }, limit: limit + 1 },
        );
        return toPage(rows, limit, viewConnection);
      });
    },
  });

  app.route({
    method: "GET",
    url: "/v1/connections/:id",
    config: { access: { scope: "connections:read" } },
    schema: {
      tags: ["connections"],
      summary: "One connection",
      params: IdParams,
      response: responses({ 200: ConnectionDetail }, ["not_found"]),
    },
    handler: async (request) =>
      readRows(context, principalOf(request).workspaceId, async (em) => {
        const row = await shownConnection(em, request.params.id);
        return { ...viewConnection(row), uses: await readConnectionUse(em, row.id) };
      }),
  });

  app.route({
    method: "GET",
    url: "/v1/connections/:id/channels",
    config: { access: { scope: "connections:read" } },
    schema: {
      tags: ["connections"],
      summary: "What may be published to through a connection: profiles, pages",
      params: IdParams,
      response: responses({ 200: z.object({ data: z.array(ChannelView), nextCursor: z.null() }) }, [
        "not_found",
      ]),
    },
    handler: async (request) => {
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const connection = await shownConnection(em, request.params.id);
      // Nothing may be published through an account that nobody confirmed yet.
      const pending = connection.status === "pending";
      const rows = pending
        ? []
        : await em.find(Channel, { connectionId: connection.id }, { orderBy: { id: "asc" } });
      return { data: rows.map(viewChannel), nextCursor: null };
    },
  });

  app.route({
    method: "POST",
    url: "/v1/connections/:id/refresh",
    config: { access: { scope: "connections:write" } },
    schema: {
      tags: ["connections"],
      summary: "Refresh the authorization now",
      params: IdParams,
      response: responses(
        { 202: z.object({ id: Id, status: ConnectionStatusWord, engine: EngineAnswer }) },
        ["not_found", "not_authorized_yet", "needs_reauthorization", "not_refreshable"],
      ),
    },
    handler: async (request, reply) => {
      return accept(context, { request, reply }, { status: 202 }, async (em) => {
        const row = await lockConnection(em, request.params.id);
        checkRefreshable(row, context.manifests.get(row.platform));
        row.refreshAskedAt = context.now();
        row.version += 1;
        const outboxIds = await wakeConnection(em, row);
        return { body: { id: row.id, status: row.status }, outboxIds, subjectId: row.id };
      });
    },
  });

  app.route({
    method: "DELETE",
    url: "/v1/connections/:id",
    config: { access: { scope: "connections:write" } },
    schema: {
      tags: ["connections"],
      summary: "Disconnect: the secrets are removed, and what was to go out through it is blocked",
      description:
        "Where something refers to its channels, these stay without secrets, and work again once the same account is connected again: what was blocked goes on then. `uses` of the connection says beforehand what stops. Where one of its channels requires approval, it needs `workspace:write` too.",
      params: IdParams,
      querystring: z.strictObject({
        forget: z
          .enum(["true", "false"])
          .default("false")
          .describe(
            "`true`: the channels are removed too, for good; also of one that is disconnected already",
          ),
      }),
      response: responses({ 204: z.null() }, ["not_found"]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const outboxIds = await inWorkspace(context.orm, principal.workspaceId).transactional(
        async (em) => {
          const forget = request.query.forget === "true";
          const row = forget
            ? await lockShown(em, request.params.id)
            : await lockConnection(em, request.params.id);
          // Removed for good, its channels come back without their rule when the account is connected anew.
          const ruled = { connectionId: row.id, requiresApproval: true };
          if ((await em.count(Channel, ruled)) > 0) requireScope(principal, "workspace:write");
          const messages = row.disconnectedAt
            ? []
            : await disconnectConnection(em, row, context.now());
          await em.flush();
          if (forget) await forgetKept(em, row);
          await audit(em, {
            principal,
            action: forget ? "connection.forgotten" : "connection.disconnected",
            id: row.id,
            address: request.ip,
          });
          return messages;
        },
      );
      await tellEngine(context, outboxIds);
      return reply.code(204).send(null);
    },
  });
};

interface NamedPlatform {
  manifest: PlatformManifest;
  connect: PlatformConnect;
}

function platformNamed(context: ApiContext, name: string): NamedPlatform {
  const manifest = context.manifests.get(name);
  const connect = context.connects.get(name);
  if (manifest && connect) return { manifest, connect };
  const detail = `There is no platform ${name}. There are: ${[...context.manifests.keys()].join(", ")}.`;
  throw new Problem({
    status: 422,
    code: "unknown_platform",
    detail,
    errors: [{ pointer: "/platform", detail }],
  });
}

interface Beginning {
  platform: NamedPlatform;
  principal: Principal;
  address: string;
}

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

async function beginOauth(
  context: ApiContext,
  exchange: Exchange,
  { platform, principal, address }: Beginning,
): Promise<z.infer<typeof Began>> {
  const { manifest, connect } = platform;
  const prepare = async () => {
    const state = newOauthState();
    return {
      state,
      authorizationUrl: await authorizationUrlOf(context, { manifest, connect, state }),
    };
  };
  return accept(
    context,
    exchange,
    { status: 201, prepare },
    async (em, { state, authorizationUrl }) => {
      const id = newId();
      const now = context.now();
      await insertPending(em, { id, platform: manifest.name, principal, now });
      await insertRow(em, OauthState, {
        stateHash: hashOauthState(state),
        workspaceId: principal.workspaceId,
        platform: manifest.name,
        connectionId: id,
        sessionId: principal.kind === "user" ? principal.sessionId : null,
        apiKeyId: principal.kind === "key" ? principal.keyId : null,
        createdAt: now,
        expiresAt: new Date(now.getTime() + oauthStateLifeMs),
      });
      await audit(em, { principal, action: "connection.created", id, address });
      // The address holds the state, which is a secret until it is used.
      const keep = { id, status: "pending" as const };
      const location = `/v1/connections/${id}`;
      return { body: { ...keep, authorizationUrl }, keep, location, subjectId: id };
    },
  );
}

async function authorizationUrlOf(
  context: ApiContext,
  { manifest, connect, state }: NamedPlatform & { state: string },
): Promise<string> {
  if (!connect.oauth)
    throw new Error(`the platform ${manifest.name} promises OAuth and offers none`);
  try {
    const { authorizationUrl } = await connect.oauth.begin(depsOf(context, manifest), {
      redirectUri: redirectUriOf(context, manifest.name),
      state,
      codeChallenge: pkceChallenge(pkceVerifier(context.keyRing, state)),
    });
    return authorizationUrl;
  } catch (error) {
    throw platformProblem(error, manifest);
  }
}

/** The platform is asked first: nothing is stored of credentials that it refuses. */
async function connectWithCredentials(
  context: ApiContext,
  exchange: Exchange,
  {
    platform,
    principal,
    address,
    credentials,
  }: Beginning & { credentials: Record<string, string> },
): Promise<z.infer<typeof Began>> {
  const { manifest, connect } = platform;
  const prepare = () => verify(context, { manifest, connect, credentials });
  return accept(
    context,
    exchange,
    { status: 201, prepare },
    async (em, { authorized, channels }) => {
      const id = newId();
      await insertPending(em, { id, platform: manifest.name, principal, now: context.now() });
      const connection = await lockConnection(em, id);
      await storeAuthorization(em, {
        keyRing: context.keyRing,
        now: context.now(),
        connection,
        authorized,
        channels,
      });
      const messages = await activateConnection(em, connection, context.now());
      await audit(em, { principal, action: "connection.created", id, address });
      const location = `/v1/connections/${id}`;
      return {
        body: { id, status: "active" as const },
        outboxIds: messages,
        location,
        subjectId: id,
      };
    },
  );
}

async function verify(
  context: ApiContext,
  { manifest, connect, credentials }: NamedPlatform & { credentials: Record<string, string> },
) {
  if (!connect.credentials)
    throw new Error(`the platform ${manifest.name} promises credentials and takes none`);
  const deps = depsOf(context, manifest);
  const signal = AbortSignal.timeout(platformCallMs);
  try {
    const authorized = await connect.credentials.verify(deps, { credentials, signal });
    const { account, secrets } = authorized;
    return { authorized, channels: await connect.channels(deps, { account, secrets, signal }) };
  } catch (error) {
    throw platformProblem(error, manifest);
  }
}

function depsOf(context: ApiContext, manifest: PlatformManifest) {
  return { fetch: context.fetch, now: context.now, app: context.platformApp(manifest.name) };
}

async function insertPending(
  em: EntityManager,
  row: { id: string; platform: string; principal: Principal; now: Date },
): Promise<void> {
  const { id, platform, principal, now } = row;
  await insertRow(em, Connection, {
    id,
    workspaceId: principal.workspaceId,
    createdAt: now,
    platform,
    status: "pending",
    begunBySession: principal.kind === "user" ? principal.sessionId : null,
    begunByKey: principal.kind === "key" ? principal.keyId : null,
  });
  await recordEvent(em, {
    workspaceId: principal.workspaceId,
    type: "connection.pending",
    subjectKind: "connection",
    subjectId: id,
  });
}

async function audit(
  em: EntityManager,
  line: { principal: Principal; action: string; id: string; address: string },
): Promise<void> {
  await recordAudit(em, {
    workspaceId: line.principal.workspaceId,
    actor: line.principal.actor,
    action: line.action,
    subject: line.id,
    address: line.address,
  });
}

/** One that is there, or was disconnected and is kept for what refers to its channels. Problem 404 otherwise. */
async function shownConnection(em: EntityManager, id: string): Promise<Connection> {
  const row = found(await em.findOne(Connection, { id }), "connection");
  const shown = !row.disconnectedAt || (await disconnectedInUse(em, id)).length > 0;
  return found(shown ? row : null, "connection");
}

async function lockShown(em: EntityManager, id: string): Promise<Connection> {
  await shownConnection(em, id);
  const row = await em.findOne(
    Connection,
    { id },
    { lockMode: LockMode.PESSIMISTIC_WRITE, populate: ["wrappedKey"], refresh: true },
  );
  return found(row, "connection");
}

function checkConfirmable(
  connection: Connection,
  { principal, now }: { principal: Principal; now: Date },
): void {
  if (principal.kind !== "key" || connection.begunByKey !== principal.keyId) {
    throw new Problem({
      status: 403,
      code: "wrong_key",
      detail: "Only the API key that began this connection can confirm it.",
    });
  }
  const { authorizedAt, createdAt, status } = connection;
  // What nobody confirmed in time is given up: whoever authorized it does not expect it any more.
  const since = authorizedAt ?? createdAt;
  if (status === "pending" && now.getTime() - since.getTime() > oauthStateLifeMs) {
    throw new Problem({
      status: 410,
      code: "authorization_expired",
      detail: authorizedAt
        ? "Access was given more than ten minutes ago and not confirmed since. Begin again: POST /v1/connections."
        : "Nobody gave access at the platform within ten minutes. Begin again: POST /v1/connections.",
    });
  }
  if (authorizedAt) return;
  throw new Problem({
    status: 409,
    code: "not_authorized_yet",
    detail:
      status === "pending"
        ? "Nobody has given access at the platform yet. Open the authorizationUrl within ten minutes of beginning."
        : `Nothing came of this connection: ${connection.problem ?? status}`,
    extra: { connectionStatus: status },
  });
}

function checkRefreshable(connection: Connection, manifest: PlatformManifest | undefined): void {
  const { status } = connection;
  if (manifest?.refreshable === false) {
    throw new Problem({
      status: 409,
      code: "not_refreshable",
      detail: `${manifest.title} knows no refreshing: its access lasts until it ends or is withdrawn. Connect the account again then: POST /v1/connections.`,
    });
  }
  if (status === "active" || status === "expiring" || status === "expired") return;
  const code = status === "pending" ? "not_authorized_yet" : "needs_reauthorization";
  throw new Problem({
    status: 409,
    code,
    detail:
      status === "pending"
        ? "The account is not connected yet: there is nothing to refresh."
        : `A refresh does not help a connection that is ${status}. Connect the account again: POST /v1/connections.`,
    extra: { connectionStatus: status },
  });
}

function sendPage(context: ApiContext, reply: FastifyReply, page: OauthPage): FastifyReply {
  return reply
    .code(page.status)
    .type("text/html; charset=utf-8")
    .send(oauthPageHtml(page, { publicUrl: context.publicUrl }));
}
