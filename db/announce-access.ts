import type { EntityManager } from "@mikro-orm/postgresql";

/** Channel of PostgreSQL's NOTIFY that tells every process whose rights changed. */
export const accessChannel = "drumbeat_access";

/** Whose rights changed: of one session, of one API key, or of a person in all their sessions and keys. */
export type AccessSubject = `session:${string}` | `key:${string}` | `user:${string}`;

/**
 * Tells every process, once the caller's transaction commits, that a session, key or member may no longer do what it
 * did: revoked, demoted, removed. Requests read the rows anyway; streams that are open look again on this.
 */
export async function announceAccess(em: EntityManager, subject: AccessSubject): Promise<void> {
  await em.execute("select pg_notify(?, ?)", [accessChannel, subject]);
}
