import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { TargetOverrides } from "#domain/schemas/content.ts";
import type { TargetStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

export interface TargetRendition {
  assetId: string;
  renditionId: string;
  altText?: string;
}

export interface TargetError {
  code: string;
  detail: string;
  /** The platform's own words. */
  platformMessage?: string;
}

export const Target = defineEntity({
  name: "Target",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    postId: p.uuid().index(),
    position: p.integer(),
    /** No foreign key: the channel goes with its connection, and the post's history and hash keep naming it. */
    channelId: p.uuid().index(),
    platform: p.string().length(40),
    channelName: p.string().length(300),
    status: p
      .enum([
        "pending",
        "preparing",
        "publishing",
        "published",
        "failed",
        "unconfirmed",
        "blocked",
        "cancelled",
        "expired",
      ])
      .$type<TargetStatus>(),
    overrides: p.json<TargetOverrides>(),
    settings: p.json<Record<string, unknown>>(),
    /** What goes out, in order, once made. */
    renditions: p.json<TargetRendition[]>().nullable(),
    remoteId: p.string().length(500).nullable(),
    remoteUrl: p.string().length(2000).nullable(),
    error: p.json<TargetError>().nullable(),
    publishedAt: instant().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["postId", "channelId"] }],
});
export type Target = InferEntity<typeof Target>;
