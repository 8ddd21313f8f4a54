import type { EntityManager } from "@mikro-orm/postgresql";
import { auditHash, firstPreviousHash } from "./audit-hash.ts";
import { AuditEvent } from "./entities/index.ts";

const batchSize = 1_000;

export interface AuditCheck {
  /** True when every line is what it was when it was written, and follows from the one before. */
  holds: boolean;
  /** Lines that were looked at: all, or up to the first that does not fit. */
  lines: number;
  /** Hash of the last line: whoever notes it can tell later whether lines were cut off at the end. */
  head: string | null;
  broken: { sequence: number; reason: "missing" | "changed" | "unlinked" } | null;
}

/**
 * Walks the audit log of the manager's workspace from its first line, some at a time. What is removed from the end does
 * not show, except to somebody who noted an earlier `head`.
 */
export async function checkAudit(em: EntityManager): Promise<AuditCheck> {
  let previous: { sequence: number; hash: string } = { sequence: 0, hash: firstPreviousHash };
  for (;;) {
    const batch = await em.find(
      AuditEvent,
      { sequence: { $gt: previous.sequence } },
      // A long log must not pile up in the unit of work.
      { orderBy: { sequence: "asc" }, limit: batchSize, disableIdentityMap: true },
    );
    for (const line of batch) {
      const reason = faultOf(line, previous);
      const lines = previous.sequence;
      if (reason) {
        const sequence = reason === "missing" ? previous.sequence + 1 : line.sequence;
        return { holds: false, lines, head: null, broken: { sequence, reason } };
      }
      previous = line;
    }
    if (batch.length < batchSize) break;
  }
  const head = previous.sequence === 0 ? null : previous.hash;
  return { holds: true, lines: previous.sequence, head, broken: null };
}

function faultOf(
  line: AuditEvent,
  previous: { sequence: number; hash: string },
): "missing" | "changed" | "unlinked" | undefined {
  if (line.sequence !== previous.sequence + 1) return "missing";
  if (auditHash(line) !== line.hash) return "changed";
  if (line.previousHash !== previous.hash) return "unlinked";
  return undefined;
}
