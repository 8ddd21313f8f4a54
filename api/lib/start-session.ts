import type { FastifyReply, FastifyRequest } from "fastify";
import { createHash, randomBytes } from "node:crypto";
import { announceAccess } from "#db/announce-access.ts";
import { Session } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import type { EntityManager } from "#db/orm.ts";
import type { ApiContext } from "../context.ts";
import { sessionCookie, sessionLifeMs } from "./session-cookie.ts";

/** A new token of a session, and what is stored of it. */
export function newSessionToken(): { token: string; tokenHash: string } {
  const token = randomBytes(32).toString("base64url");
  return { token, tokenHash: hashOf(token) };
}

/** SHA-256 of a session's token, hex. */
export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/**
 * Writes a session for somebody who has just shown who they are, and ends the one that this browser had before: the
 * token changes with every sign-in. Returns the token; it goes into the cookie once the transaction is committed.
 */
export async function startSession(
  em: EntityManager,
  context: ApiContext,
  request: FastifyRequest,
  who: { userId: string; workspaceId: string },
): Promise<string> {
  const now = context.now();
  const before = request.cookies[sessionCookie(context.publicUrl).name];
  if (before !== undefined) {
    const session = await em.findOne(Session, { tokenHash: hashOf(before), revokedAt: null });
    if (session) {
      session.revokedAt = now;
      await announceAccess(em, `session:${session.id}`);
    }
  }
  const { token, tokenHash } = newSessionToken();
  await insertRow(em, Session, {
    ...who,
    createdAt: now,
    tokenHash,
    lastSeenAt: now,
    authenticatedAt: now,
    expiresAt: new Date(now.getTime() + sessionLifeMs),
    userAgent: request.headers["user-agent"]?.slice(0, 400) ?? null,
    address: request.ip.slice(0, 64),
  });
  return token;
}

/** Gives the browser its token, for as long as the session lasts. */
export function setSessionCookie(
  context: ApiContext,
  reply: FastifyReply,
  session: { token: string; expiresAt?: Date },
): void {
  const { name, options } = sessionCookie(context.publicUrl);
  const left = session.expiresAt
    ? Math.floor((session.expiresAt.getTime() - context.now().getTime()) / 1000)
    : sessionLifeMs / 1000;
  reply.setCookie(name, session.token, { ...options, maxAge: left });
}

/** Takes the token from the browser. It must be said as it was given: a browser heeds no word on `__Host-` without `Secure`. */
export function clearSessionCookie(context: ApiContext, reply: FastifyReply): void {
  const { name, options } = sessionCookie(context.publicUrl);
  reply.clearCookie(name, options);
}
