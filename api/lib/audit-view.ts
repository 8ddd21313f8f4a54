import { z } from "zod";
import type { AuditEvent } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { actorNames } from "./actor-names.ts";
import { Id, Instant, iso } from "./responses.ts";

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

export const AuditView = z.object({
  id: Id,
  sequence: z.int().describe("Counts up within the workspace, without a gap"),
  createdAt: Instant,
  actor: z.object({
    id: z.string().describe("`user:<id>`, `key:<its 12 characters>`, `agent:<id>`, `system` …"),
    name: z.string().nullable().describe("Where it is still known"),
  }),
  action: z.string().describe("What was done, for example `post.approved`"),
  subject: z.string().nullable(),
  address: z.string().nullable().describe("Where the request came from"),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  previousHash: Hash.describe("`hash` of the line before; of the first, zeros"),
  hash: Hash.describe(
    "SHA-256 over the canonical JSON (RFC 8785) of sequence, createdAt, actor (its id alone), action, subject, address, detail and previousHash",
  ),
});

/** Lines of the audit log as the API shows them, with the names of who acted. */
export async function viewAudit(
  em: EntityManager,
  lines: AuditEvent[],
): Promise<z.infer<typeof AuditView>[]> {
  const names = await actorNames(em, [...new Set(lines.map((line) => line.actor))]);
  return lines.map((line) => ({
    id: line.id,
    sequence: line.sequence,
    createdAt: iso(line.createdAt),
    actor: { id: line.actor, name: names.get(line.actor) ?? null },
    action: line.action,
    subject: line.subject ?? null,
    address: line.address ?? null,
    detail: line.detail,
    previousHash: line.previousHash,
    hash: line.hash,
  }));
}
