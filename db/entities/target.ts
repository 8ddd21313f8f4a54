import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { TargetOverrides } from "#domain/schemas/content.ts";
import type { TargetStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

export interface TargetRendition {
  assetId: string;
  renditionId: string;
  altText?: string;
  /** Which part it belongs to; absent for the post itself. */
  part?: number;
}

export interface TargetError {
  code: string;
  detail: string;
  /** The platform's own words. */
  platformMessage?: string;
}

/** What the platform makes it wait for, or the making of its media, as the last step found it. Instants as ISO strings. */
export interface TargetWaiting {
  reason: "platform" | "rate_limit" | "reading" | "connection" | "halted" | "rendition";
  detail: string;
  since: string;
  until: string | null;
  /** 0…1, where it is known. */
  progress?: number;
}

export type RemovalStatus =
  | "requested"
  | "removed"
  | "not_supported"
  | "failed"
  /** Nobody asked: the platform does not show it any more. */
  | "removed_on_platform";

/** What became of taking it down. `at` as an ISO string. */
export interface TargetRemoval {
  status: RemovalStatus;
  detail: string;
  at: string;
  /** Of one that failed, where somebody can mend it. */
  code?: string;
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
    /** Whether the channel's defaults are added here. */
    takesDefaults: p.boolean().default(true),
    /** The text of each part as it goes out here, the post itself first, where the channel's defaults change any. */
    texts: p.json<string[]>().nullable(),
    /** SHA-256 of the text as it was asked for, without what looks alike; null where there is none. */
    textKey: p.string().length(64).nullable(),
    /** What goes out, in order, once made. */
    renditions: p.json<TargetRendition[]>().nullable(),
    remoteId: p.string().length(500).nullable(),
    remoteUrl: p.string().length(2000).nullable(),
    error: p.json<TargetError>().nullable(),
    publishedAt: instant().nullable(),
    /** When it came into its state. */
    statusAt: instant().defaultRaw("now()"),
    waiting: p.json<TargetWaiting>().nullable(),
    removal: p.json<TargetRemoval>().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["postId", "channelId"] }],
  indexes: [
    { properties: ["channelId", "textKey"] },
    { properties: ["workspaceId", "publishedAt"] },
    { name: "target_removal", properties: ["workspaceId"], where: "removal is not null" },
  ],
});
export type Target = InferEntity<typeof Target>;
