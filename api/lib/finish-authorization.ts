import type { FastifyRequest } from "fastify";
import { Connection, OauthState } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces, type EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { setConnectionStatus } from "#db/connection-changes.ts";
import { recordEvent } from "#db/record-event.ts";
import { PlatformError, Problem } from "#domain/errors.ts";
import type { PlatformConnect, PlatformManifest } from "#platforms/contract.ts";
import type { ApiContext } from "../context.ts";
import { findPrincipal } from "../plugins/principal.ts";
import { activateConnection, lockConnection, storeAuthorization } from "./connection-changes.ts";
import type { OauthPage } from "./oauth-page.ts";
import { hashOauthState, pkceVerifier } from "./oauth-state.ts";
import { tellEngine } from "./tell-engine.ts";

/** A platform that takes longer than this to answer is treated as down. Milliseconds. */
export const platformCallMs = 20_000;

/** What a platform sends back with the browser. */
export interface OauthAnswer {
  state: string | undefined;
  code: string | undefined;
  error: string | undefined;
  errorDescription: string | undefined;
}

interface Begun {
  state: OauthState;
  manifest: PlatformManifest;
  connect: PlatformConnect;
}

/**
 * Ends an authorization that a browser comes back with: spends the state, exchanges the code, seals the secrets. What
 * a person must know comes back as a page; only faults of our own are thrown.
 */
export async function finishAuthorization(
  context: ApiContext,
  input: { request: FastifyRequest; platform: string; answer: OauthAnswer },
): Promise<OauthPage> {
  const { answer } = input;
  if (answer.state === undefined) return pages.malformed;
  const begun = await spendState(context, { state: answer.state, platform: input.platform });
  if ("status" in begun) return begun;
  const { state, manifest } = begun;
  const actor = await actorOf(context, input.request, state);
  if (actor === undefined) return pages.wrongSession;
  const refused = refusalOf(answer, manifest);
  if (refused) {
    const page = await giveUp(context, begun, refused);
    const byThePerson = refused.code === "access_denied" && state.sessionId !== null;
    return byThePerson ? { ...page, refused: state.connectionId } : page;
  }
  try {
    return await exchange(context, begun, {
      state: answer.state,
      code: answer.code ?? "",
      actor,
      address: input.request.ip,
    });
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return pages.removed;
    if (!(error instanceof PlatformError)) throw error;
    return giveUp(context, begun, failureOf(error, manifest));
  }
}

/** Marks the state as used: whoever comes second, or late, or with another platform's answer, gets a page instead. */
async function spendState(
  context: ApiContext,
  input: { state: string; platform: string },
): Promise<Begun | OauthPage> {
  const em = outsideWorkspaces(context.orm);
  const stateHash = hashOauthState(input.state);
  const now = context.now();
  const spent = await em.nativeUpdate(OauthState, { stateHash, usedAt: null }, { usedAt: now });
  const state = await em.findOne(OauthState, { stateHash });
  if (!state) return pages.unknown;
  if (spent === 0) return pages.used;
  if (state.expiresAt <= now) return pages.expired;
  const manifest = context.manifests.get(state.platform);
  const connect = context.connects.get(state.platform);
  if (state.platform !== input.platform || !manifest || !connect) return pages.malformed;
  return { state, manifest, connect };
}

/**
 * Who began it, as the audit log names them. Undefined when a session did and the browser does not carry it any more,
 * or its member may no longer connect accounts.
 */
async function actorOf(
  context: ApiContext,
  request: FastifyRequest,
  state: OauthState,
): Promise<string | undefined> {
  if (!state.sessionId) return `key:${state.apiKeyId}`;
  try {
    const principal = await findPrincipal(context, request);
    const same =
      principal.kind === "user" &&
      principal.sessionId === state.sessionId &&
      principal.workspaceId === state.workspaceId &&
      principal.scopes.includes("connections:write");
    return same ? principal.actor : undefined;
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return undefined;
    throw error;
  }
}

async function exchange(
  context: ApiContext,
  { state, manifest, connect }: Begun,
  answer: { state: string; code: string; actor: string; address: string },
): Promise<OauthPage> {
  const deps = { fetch: context.fetch, now: context.now, app: context.platformApp(manifest.name) };
  const signal = AbortSignal.timeout(platformCallMs);
  if (!connect.oauth) return pages.malformed;
  const authorized = await connect.oauth.exchange(deps, {
    redirectUri: redirectUriOf(context, manifest.name),
    code: answer.code,
    codeVerifier: pkceVerifier(context.keyRing, answer.state),
    signal,
  });
  const channels = await connect.channels(deps, {
    account: authorized.account,
    secrets: authorized.secrets,
    signal,
  });
  const outboxIds = await inWorkspace(context.orm, state.workspaceId).transactional(async (em) => {
    const connection = await lockConnection(em, state.connectionId);
    await storeAuthorization(em, {
      keyRing: context.keyRing,
      now: context.now(),
      connection,
      authorized,
      channels,
    });
    // What a key began is only as good as the word of that key: anybody could have followed its link.
    const messages = state.sessionId
      ? await activateConnection(em, connection, context.now())
      : await keepPending(em, connection);
    await recordAudit(em, {
      workspaceId: state.workspaceId,
      actor: answer.actor,
      action: "connection.authorized",
      subject: connection.id,
      address: answer.address,
      detail: { platform: manifest.name },
    });
    return messages;
  });
  await tellEngine(context, outboxIds);
  if (!state.sessionId) return pages.toConfirm(manifest.title);
  return {
    ...pages.connected(manifest.title, authorized.account.name),
    connected: state.connectionId,
  };
}

async function keepPending(em: EntityManager, connection: Connection): Promise<string[]> {
  connection.version += 1;
  await recordEvent(em, {
    workspaceId: connection.workspaceId,
    type: "connection.pending",
    subjectKind: "connection",
    subjectId: connection.id,
    data: { authorized: true },
  });
  return [];
}

/** Notes on the connection why nothing came of it, and returns the page that says so. */
async function giveUp(context: ApiContext, { state }: Begun, page: OauthPage): Promise<OauthPage> {
  await inWorkspace(context.orm, state.workspaceId).transactional(async (em) => {
    const connection = await em.findOne(Connection, {
      id: state.connectionId,
      disconnectedAt: null,
      status: "pending",
    });
    if (!connection) return;
    const locked = await lockConnection(em, connection.id);
    if (locked.status === "pending") await setConnectionStatus(em, locked, "invalid", page.text);
  });
  return page;
}

/** Where platforms send the browser back to; registered there letter for letter. */
export function redirectUriOf(context: Pick<ApiContext, "publicUrl">, platform: string): string {
  return `${context.publicUrl}/v1/oauth/${platform}/callback`;
}

function refusalOf(answer: OauthAnswer, manifest: PlatformManifest): OauthPage | undefined {
  if (answer.error === "access_denied") {
    return {
      status: 403,
      code: "access_denied",
      title: "Access was not granted",
      text: `${manifest.title} was told not to give access, so nothing was connected. Begin again if that was a mistake.`,
    };
  }
  if (answer.error !== undefined || answer.code === undefined) {
    const words = printable(answer.errorDescription ?? answer.error ?? "it sent no code");
    return {
      status: 400,
      code: "platform_refused",
      title: "The platform refused",
      text: `${manifest.title} did not give access: ${words}. Begin again.`,
    };
  }
  return undefined;
}

function failureOf(error: PlatformError, { title }: PlatformManifest): OauthPage {
  if (error.fate === "ours") {
    return {
      status: 503,
      code: "platform_not_configured",
      title: "This installation is not set up for it",
      text: `An operator must set up ${title} first. Nothing was connected.`,
    };
  }
  if (error.fate === "reject" || error.fate === "reauthorize") {
    return {
      status: 422,
      code: "code_refused",
      title: "The platform refused",
      text: printable(
        `${title} did not take its own code back: ${error.platformMessage ?? error.message} Begin again.`,
      ),
    };
  }
  return {
    status: 503,
    code: "platform_unavailable",
    title: "The platform does not answer",
    text: `${title} can't be reached or does not answer as it should. Nothing was connected; begin again later.`,
  };
}

/** Words from outside on one line, at most 300 characters. */
function printable(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]+/gu, " ")
    .trim()
    .slice(0, 300);
}

const pages = {
  malformed: {
    status: 400,
    code: "malformed",
    title: "This link can't be used",
    text: "It is incomplete, or belongs to another platform. Begin again.",
  },
  unknown: {
    status: 400,
    code: "unknown_state",
    title: "This link is not ours",
    text: "No connection was begun with it. Begin again.",
  },
  used: {
    status: 410,
    code: "state_used",
    title: "This link was used already",
    text: "It works once. Begin again.",
  },
  expired: {
    status: 410,
    code: "state_expired",
    title: "This took too long",
    text: "A connection must be made within ten minutes of its beginning. Begin again.",
  },
  wrongSession: {
    status: 403,
    code: "wrong_session",
    title: "Somebody else began this",
    text: "The account was not connected: this browser is not signed in as whoever began. Sign in and begin again.",
  },
  removed: {
    status: 410,
    code: "connection_removed",
    title: "This connection was removed",
    text: "It was disconnected meanwhile. Begin again.",
  },
  connected: (title: string, account: string): OauthPage => ({
    status: 200,
    code: "connected",
    title: "Connected",
    text: `${account} on ${title} is connected.`,
  }),
  toConfirm: (title: string): OauthPage => ({
    status: 200,
    code: "to_confirm",
    title: "Almost done",
    text: `${title} gave access. The application that sent you here must still confirm it; go back to it.`,
  }),
} satisfies Record<string, OauthPage | ((title: string, account: string) => OauthPage)>;
