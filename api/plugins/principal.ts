import type { FastifyRequest } from "fastify";
import { ApiKeyDetails, Member, Session, User } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import type { ProblemCode } from "#domain/problem-codes.ts";
import { scopesOfKey, scopesOfRole, type Scope } from "#domain/permissions.ts";
import type { MemberRole } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
import { parseApiKey, verifyApiKey } from "../lib/api-key.ts";
import { findKey, findKeyHolder } from "../lib/find-key.ts";
import { sessionCookie, sessionIdleMs } from "../lib/session-cookie.ts";
import { hashOf } from "../lib/start-session.ts";

/** Who asks. */
export type Principal = {
  workspaceId: string;
  scopes: readonly Scope[];
  /** As audit and rows name it: `user:<id>` or `key:<id>`. */
  actor: string;
  /** When the session or key ends by itself, if nothing is done with it until then; null: never. */
  expiresAt: Date | null;
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

/**
 * Finds out who asks, from the row of the session or key as it is now: a revoked one is refused at once. With
 * `noteUse: false` the look counts as no use of it: a stream that is open keeps no session from idling.
 */
export async function findPrincipal(
  context: ApiContext,
  request: FastifyRequest,
  { noteUse = true }: { noteUse?: boolean } = {},
): Promise<Principal> {
  const header = request.headers.authorization;
  if (header !== undefined) return fromKey(context, header, noteUse);
  const token = request.cookies[sessionCookie(context.publicUrl).name];
  if (token === undefined) throw signIn("Send an API key as Authorization: Bearer, or sign in.");
  return fromSession(context, token, noteUse);
}

async function fromSession(
  context: ApiContext,
  token: string,
  noteUse: boolean,
): Promise<Principal> {
  const em = outsideWorkspaces(context.orm);
  const session = await em.findOne(Session, { tokenHash: hashOf(token) });
  const now = context.now();
  if (
    !session ||
    session.revokedAt ||
    session.expiresAt <= now ||
    idleSince(session, now) > sessionIdleMs
  ) {
    throw sessionEnded();
  }
  const user = await em.findOne(User, { id: session.userId });
  const member = await inWorkspace(context.orm, session.workspaceId).findOne(Member, {
    userId: session.userId,
  });
  if (!user || !member) throw noMember();
  // One write a minute is enough to know whether a session idles.
  if (noteUse && idleSince(session, now) > 60_000)
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
    expiresAt: new Date(
      Math.min(session.expiresAt.getTime(), session.lastSeenAt.getTime() + sessionIdleMs),
    ),
  };
}

async function fromKey(context: ApiContext, header: string, noteUse: boolean): Promise<Principal> {
  const presented = /^Bearer +(\S+)$/i.exec(header)?.[1];
  const parsed = presented === undefined ? undefined : parseApiKey(presented);
  if (!presented || !parsed)
    throw signIn("The Authorization header holds no API key of ours.", "invalid_key");
  const key = await findKey(context, parsed.id);
  const genuine = verifyApiKey({ keyRing: context.keyRing, presented, stored: key });
  if (!key || !genuine) throw signIn("This API key is not valid.", "invalid_key");
  const holder = await findKeyHolder(context, key);
  const now = context.now();
  if (!holder || holder.revokedAt) throw keyRevoked();
  if (holder.expiresAt && holder.expiresAt <= now)
    throw signIn("This API key has expired.", "key_expired");
  // One write a minute is enough to know whether a key is used.
  if (noteUse && now.getTime() - (holder.lastUsedAt?.getTime() ?? 0) > 60_000) {
    await inWorkspace(context.orm, key.workspaceId).nativeUpdate(
      ApiKeyDetails,
      { id: holder.detailsId },
      { lastUsedAt: now },
    );
  }
  return {
    kind: "key",
    keyId: key.id,
    userId: holder.createdBy,
    workspaceId: key.workspaceId,
    scopes: scopesOfKey(holder),
    actor: `key:${key.id}`,
    expiresAt: holder.expiresAt,
  };
}

function idleSince(session: Session, now: Date): number {
  return now.getTime() - session.lastSeenAt.getTime();
}

/** For whoever comes with a session that is over. */
export function sessionEnded(): Problem {
  return signIn("The session has ended. Sign in again.");
}

/** For whoever comes with a key that was revoked. */
export function keyRevoked(): Problem {
  return signIn("This API key was revoked.", "key_revoked");
}

/** For whoever was removed from the workspace that they come to. */
export function noMember(): Problem {
  return signIn("You are no member of this workspace any more. Sign in again.");
}

function signIn(detail: string, code: ProblemCode = "unauthenticated"): Problem {
  return new Problem({ status: 401, code, detail });
}
