import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** A version of an asset made for a target; one per asset and recipe. */
export const Rendition = defineEntity({
  name: "Rendition",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    assetId: p.uuid().index(),
    /** The recipe with its version and parameters, as media/ names it. */
    recipe: p.string().length(300),
    kind: p.enum(["image", "video"]),
    contentType: p.string().length(100),
    bytes: p.bigint("number"),
    sha256: p.string().length(64),
    width: p.integer(),
    height: p.integer(),
    durationSeconds: p.double().$type<number>().nullable(),
    blobKey: p.string().length(300),
    /** As of an asset. */
    neededAt: instant().defaultRaw("now()"),
    expiresAt: instant().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["assetId", "recipe"] }],
  indexes: [{ properties: ["workspaceId", "expiresAt"] }],
});
export type Rendition = InferEntity<typeof Rendition>;
