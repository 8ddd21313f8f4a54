import type { FastifyRequest } from "fastify";
import { createHash } from "node:crypto";
import { ApiKey, ApiKeyDetails, Member, Session, User, Workspace } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import { scopesOfKey, scopesOfRole, type Scope } from "#domain/permissions.ts";
import type { MemberRole } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
import { parseApiKey, verifyApiKey } from "../lib/api-key.ts";
import { sessionCookie, sessionIdleMs } from "../lib/session-cookie.ts";

/** Who asks. */
export type Principal = {
  workspaceId: string;
  scopes: readonly Scope[];
  /** As audit and rows name it: `user:<id>` or `key:<id>`. */
  actor: string;
} & (
  | {
      kind: "user";
      userId: string;
      sessionId: string;
      role: MemberRole;
      operator: boolean;
      authenticatedAt: Date;
    }
  | { kind: "key"; keyId: string; userId: string }
);

/** Finds out who asks, from the row of the session or key as it is now: a revoked one is refused at once. */
export async function findPrincipal(
  context: ApiContext,
  request: FastifyRequest,
): Promise<Principal> {
  const header = request.headers.authorization;
  if (header !== undefined) return fromKey(context, header);
  const token = request.cookies[sessionCookie(context.publicUrl).name];
  if (token === undefined) throw signIn("Send an API key as Authorization: Bearer, or sign in.");
  return fromSession(context, token);
}

async function fromSession(context: ApiContext, token: string): Promise<Principal> {
  const em = outsideWorkspaces(context.orm);
  const tokenHash = createHash("sha256").update(token).digest("hex");
  const session = await em.findOne(Session, { tokenHash });
  const now = context.now();
  if (
    !session ||
    session.revokedAt ||
    session.expiresAt <= now ||
    idleSince(session, now) > sessionIdleMs
  ) {
    throw signIn("The session has ended. Sign in again.");
  }
  const user = await em.findOne(User, { id: session.userId });
  const member = await inWorkspace(context.orm, session.workspaceId).findOne(Member, {
    userId: session.userId,
  });
  if (!user || !member)
    throw signIn("You are no member of this workspace any more. Sign in again.");
  // One write a minute is enough to know whether a session idles.
  if (idleSince(session, now) > 60_000)
    await em.nativeUpdate(Session, { id: session.id }, { lastSeenAt: now });
  return {
    kind: "user",
    workspaceId: session.workspaceId,
    userId: user.id,
    sessionId: session.id,
    role: member.role,
    operator: user.operator,
    authenticatedAt: session.authenticatedAt,
    scopes: scopesOfRole(member.role),
    actor: `user:${user.id}`,
  };
}

async function fromKey(context: ApiContext, header: string): Promise<Principal> {
  const presented = /^Bearer +(\S+)$/i.exec(header)?.[1];
  const parsed = presented === undefined ? undefined : parseApiKey(presented);
  if (!presented || !parsed)
    throw signIn("The Authorization header holds no API key of ours.", "invalid_key");
  const em = outsideWorkspaces(context.orm);
  const key = await em.findOne(ApiKey, { id: parsed.id });
  const genuine = verifyApiKey({ keyRing: context.keyRing, presented, stored: key });
  if (!key || !genuine) throw signIn("This API key is not valid.", "invalid_key");
  const details = await inWorkspace(context.orm, key.workspaceId).findOne(ApiKeyDetails, {
    keyId: key.id,
  });
  const now = context.now();
  if (!details || details.revokedAt) throw signIn("This API key was revoked.", "key_revoked");
  if (details.expiresAt && details.expiresAt <= now)
    throw signIn("This API key has expired.", "key_expired");
  const creator = await inWorkspace(context.orm, key.workspaceId).findOne(Member, {
    userId: details.createdBy,
  });
  const workspace = await em.findOne(Workspace, { id: key.workspaceId });
  if (!workspace) throw signIn("This API key is not valid.", "invalid_key");
  if (now.getTime() - (details.lastUsedAt?.getTime() ?? 0) > 60_000) {
    await inWorkspace(context.orm, key.workspaceId).nativeUpdate(
      ApiKeyDetails,
      { id: details.id },
      { lastUsedAt: now },
    );
  }
  return {
    kind: "key",
    keyId: key.id,
    userId: details.createdBy,
    workspaceId: key.workspaceId,
    scopes: scopesOfKey({ scopes: details.scopes, creatorRole: creator?.role }),
    actor: `key:${key.id}`,
  };
}

function idleSince(session: Session, now: Date): number {
  return now.getTime() - session.lastSeenAt.getTime();
}

function signIn(detail: string, code = "unauthenticated"): Problem {
  return new Problem({ status: 401, code, detail });
}
