import type { EntityManager } from "@mikro-orm/postgresql";
import { auditHash, firstPreviousHash } from "./audit-hash.ts";
import { AuditEvent } from "./entities/index.ts";
import { insertRow } from "./insert-row.ts";

/**
 * Adds a line to the workspace's audit log in the caller's transaction: who did what, when, from where; no content.
 * Each line carries the hash of the one before, so that a removed or changed line shows.
 */
export async function recordAudit(
  em: EntityManager,
  line: {
    workspaceId: string;
    /** `user:<id>`, `key:<id>` or `system`. */
    actor: string;
    action: string;
    subject?: string;
    address?: string | undefined;
    detail?: Record<string, string | number | boolean>;
  },
): Promise<void> {
  // One writer at a time per workspace, or two lines would follow the same one.
  await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 7))", [line.workspaceId]);
  const [last] = await em.find(AuditEvent, {}, { orderBy: { sequence: "desc" }, limit: 1 });
  const facts = {
    sequence: (last?.sequence ?? 0) + 1,
    createdAt: new Date(),
    actor: line.actor,
    action: line.action,
    subject: line.subject ?? null,
    // Behind a proxy it is what the proxy was told, of any length.
    address: line.address?.slice(0, 64) ?? null,
    detail: line.detail ?? {},
    previousHash: last?.hash ?? firstPreviousHash,
  };
  const hash = auditHash(facts);
  await insertRow(em, AuditEvent, { workspaceId: line.workspaceId, ...facts, hash });
}
