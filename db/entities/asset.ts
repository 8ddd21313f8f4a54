import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { AssetStatus } from "#domain/states.ts";
import { tenantProperties, tenantSecurity } from "./lib.ts";

export const Asset = defineEntity({
  name: "Asset",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    kind: p.enum(["image", "video", "audio"]),
    status: p.enum(["processing", "ready", "failed"]).$type<AssetStatus>(),
    contentType: p.string().length(100),
    bytes: p.integer(),
    sha256: p.string().length(64),
    width: p.integer().nullable(),
    height: p.integer().nullable(),
    durationSeconds: p.double().$type<number>().nullable(),
    blobKey: p.string().length(300),
    origin: p.enum(["upload", "generation"]),
    generationId: p.uuid().nullable(),
    /** Made by an offline model: refused on real platforms unless a person approved that very post. */
    offlineOutput: p.boolean().default(false),
    name: p.string().length(300).nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }],
});
export type Asset = InferEntity<typeof Asset>;
