import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { AuditEvent } from "./entities/index.ts";

/** What the first line of a workspace follows. */
export const firstPreviousHash = "0".repeat(64);

/** SHA-256, hex, over the canonical JSON (RFC 8785) of a line's facts; the hash of the line before is one of them. */
export function auditHash(
  line: Pick<
    AuditEvent,
    "sequence" | "createdAt" | "actor" | "action" | "subject" | "address" | "detail"
  > & { previousHash: string },
): string {
  const { sequence, actor, action, subject, address, detail, previousHash } = line;
  const createdAt = line.createdAt.toISOString();
  const facts = { sequence, createdAt, actor, action, subject, address, detail, previousHash };
  return createHash("sha256")
    .update(canonicalize(facts) ?? "")
    .digest("hex");
}
