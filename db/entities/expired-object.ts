import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { RuleName } from "#domain/retention.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/**
 * That a file, or a generation, was there until its time was over. It has the id of what it stands for, and is written in
 * the transaction that removes that row; the bytes go after it.
 */
export const ExpiredObject = defineEntity({
  name: "ExpiredObject",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    kind: p.enum(["asset", "rendition", "generation"]),
    /** By which rule. */
    rule: p.string().length(40).$type<RuleName>(),
    /** Of a rendition, what it was made of. */
    assetId: p.uuid().nullable(),
    bytes: p.bigint("number"),
    /** Where its bytes are, or were. */
    blobKey: p.string().length(300).nullable(),
    /** When its bytes were gone. */
    removedAt: instant().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }],
  indexes: [
    { name: "expired_object_pending", properties: ["workspaceId"], where: "removed_at is null" },
  ],
});
export type ExpiredObject = InferEntity<typeof ExpiredObject>;
