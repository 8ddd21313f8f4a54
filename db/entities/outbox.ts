import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { instant, newId } from "./lib.ts";

/** What Temporal must still be told; ids only. Written with the row that it is about, removed once done. */
export const Outbox = defineEntity({
  name: "Outbox",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    workspaceId: p.uuid().index(),
    action: p.enum(["start", "wake", "signal", "cancel", "schedule"]),
    workflowType: p.string().length(80),
    workflowId: p.string().length(300),
    /** Ids that the workflow takes as its argument. */
    input: p.json<Record<string, string>>(),
    createdAt: instant().onCreate(() => new Date()),
    attempts: p.integer().default(0),
    /** Not told before: Temporal refused it, or nothing is to be done earlier. */
    nextTryAt: instant().nullable(),
    /** W3C `traceparent` of the request that wrote it, so that its trace goes on in the workflow. */
    traceParent: p.string().length(55).nullable(),
  },
  indexes: [{ properties: ["createdAt"] }, { properties: ["workflowId"] }],
});
export type Outbox = InferEntity<typeof Outbox>;
