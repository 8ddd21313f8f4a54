import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { PostAsset, PostContent, PostPart } from "#domain/schemas/content.ts";
import type { PostStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

export const Post = defineEntity({
  name: "Post",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    status: p
      .enum([
        "awaiting_approval",
        "scheduled",
        "preparing",
        "publishing",
        "published",
        "partially_published",
        "failed",
        "unconfirmed",
        "blocked",
        "rejected",
        "cancelled",
        "expired",
      ])
      .$type<PostStatus>(),
    /** Grows with every change of content or schedule; an attempt of another version is refused. */
    version: p.integer().default(1),
    content: p.json<PostContent>(),
    assets: p.json<PostAsset[]>(),
    /** What follows the post itself, in order: further parts of a thread, and comments. */
    parts: p.json<PostPart[]>().defaultRaw("'[]'::jsonb"),
    scheduleMode: p.enum(["now", "at", "queue"]),
    dueAt: instant(),
    /** The wall time as asked, when the time zone decides. */
    localAt: p.string().length(40).nullable(),
    timeZone: p.string().length(80).nullable(),
    /** Version of the time zones' data by which `dueAt` was drawn from the wall time. */
    zoneData: p.string().length(20).nullable(),
    /** The series that made it, and when that one had it due; no time where the series took it back. */
    seriesId: p.uuid().nullable(),
    occurrenceAt: instant().nullable(),
    /** When somebody first edited, moved or approved it: a change of its series leaves it as it is. */
    touchedAt: instant().nullable(),
    approval: p.enum(["none", "required"]),
    contentHash: p.string().length(64).nullable(),
    agentId: p.uuid().nullable(),
    runId: p.uuid().nullable(),
    createdBy: p.string().length(80),
    /** People, by user id, whose words it holds: who made it and who edited it, by session or by a key of theirs. */
    writtenBy: p.json<string[]>().defaultRaw("'[]'::jsonb"),
    /** The client's own name for it. */
    externalId: p.string().length(200).nullable(),
    /** What it belongs to, in the words of the people who plan it. */
    campaign: p.string().length(200).nullable(),
    labels: p.json<string[]>().defaultRaw("'[]'::jsonb"),
    /** The text came from an offline model. */
    offlineOutput: p.boolean().default(false),
    error: p.json<{ code: string; detail: string }>().nullable(),
    publishedAt: instant().nullable(),
    /** When a person last asked to go on with what had failed or was unclear: lateness counts from then. */
    resumedAt: instant().nullable(),
    /** When it was told that the post is long past its time and not done. */
    overdueAt: instant().nullable(),
    cancelledAt: instant().nullable(),
    updatedAt: instant()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
  uniques: [
    { properties: ["workspaceId", "id"] },
    { properties: ["workspaceId", "externalId"] },
    { properties: ["seriesId", "occurrenceAt"] },
  ],
  indexes: [
    { properties: ["workspaceId", "status", "dueAt"] },
    { properties: ["workspaceId", "campaign"] },
    { properties: ["workspaceId", "publishedAt"] },
  ],
});
export type Post = InferEntity<typeof Post>;
