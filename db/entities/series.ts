import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { SeriesTemplate } from "#domain/schemas/series.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** A recurrence: one post is made per occurrence, ahead of its time. */
export const Series = defineEntity({
  name: "Series",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    /** What each of its posts is made of. */
    template: p.json<SeriesTemplate>(),
    approval: p.enum(["none", "required"]),
    /** RFC 5545, without DTSTART. */
    rrule: p.string().length(500),
    /** The wall time of the first occurrence, in `timeZone`. */
    start: p.string().length(40),
    timeZone: p.string().length(80),
    /** How many missed occurrences are still made. */
    catchUp: p.integer().default(1),
    status: p.enum(["active", "paused", "ended"]),
    /** Why it paused by itself. */
    reason: p.json<{ code: string; detail: string }>().nullable(),
    createdBy: p.string().length(80),
    /** People, by user id, whose words it holds. */
    writtenBy: p.json<string[]>(),
    /** Its text came from an offline model. */
    offlineOutput: p.boolean().default(false),
    /** Occurrences up to here are none of its business: they were before it began, or while it paused. */
    notBefore: instant(),
    /** The wall time of the last occurrence that was made or let go. */
    madeThrough: p.string().length(40).nullable(),
    /** The next occurrence that is still to be made. */
    nextAt: instant().nullable(),
    version: p.integer().default(1),
    updatedAt: instant()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
  uniques: [{ properties: ["workspaceId", "id"] }],
});
export type Series = InferEntity<typeof Series>;
