import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { tenantProperties, tenantSecurity } from "./lib.ts";

/** A change worth telling, written in the transaction that made it. */
export const Event = defineEntity({
  name: "Event",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    /** Grows over all workspaces; the `id` of a server-sent event. */
    sequence: p.bigint("number").unique().autoincrement(),
    type: p.string().length(80),
    subjectKind: p.string().length(40),
    subjectId: p.uuid().index(),
    data: p.json<Record<string, unknown>>(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }],
});
export type Event = InferEntity<typeof Event>;
