import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { tenantProperties, tenantSecurity } from "./lib.ts";

/** A change worth telling, written in the transaction that made it. */
export const Event = defineEntity({
  name: "Event",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    /** Grows over all workspaces; orders the events of one transaction. */
    sequence: p.bigint("number").unique().autoincrement(),
    /**
     * The transaction that wrote it. Sequences are given before the commit, so a lower one may appear later; transactions
     * that are older than all running ones can't.
     */
    transaction: p.bigint("number").defaultRaw("((pg_current_xact_id())::text)::bigint"),
    type: p.string().length(80),
    subjectKind: p.string().length(40),
    subjectId: p.uuid().index(),
    data: p.json<Record<string, unknown>>(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }],
  indexes: [{ properties: ["workspaceId", "transaction", "sequence"] }],
});
export type Event = InferEntity<typeof Event>;
