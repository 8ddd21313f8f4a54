import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { digitalSources } from "#domain/digital-source.ts";
import { assetClasses } from "#domain/retention.ts";
import type { AssetStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

export const Asset = defineEntity({
  name: "Asset",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    kind: p.enum(["image", "video", "audio"]),
    status: p.enum(["processing", "ready", "failed"]).$type<AssetStatus>(),
    contentType: p.string().length(100),
    bytes: p.bigint("number"),
    sha256: p.string().length(64),
    width: p.integer().nullable(),
    height: p.integer().nullable(),
    durationSeconds: p.double().$type<number>().nullable(),
    blobKey: p.string().length(300),
    origin: p.enum(["upload", "generation"]),
    generationId: p.uuid().nullable(),
    /** What a model had a part in, in IPTC's words; null for what is as it was sent. */
    digitalSource: p.enum(digitalSources).nullable(),
    /** Made by an offline model: refused on real platforms unless a person approved that very post. */
    offlineOutput: p.boolean().default(false),
    name: p.string().length(300).nullable(),
    /** What it is there for; by this it expires. */
    class: p.enum(assetClasses).default("upload"),
    /** When something needed it last, as far as that is known. */
    neededAt: instant().defaultRaw("now()"),
    /** Null for the library, and while something needs it, as it was found last. */
    expiresAt: instant().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }],
  indexes: [
    { properties: ["workspaceId", "expiresAt"] },
    { properties: ["workspaceId", "sha256"] },
  ],
});
export type Asset = InferEntity<typeof Asset>;
