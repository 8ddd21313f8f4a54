import { z } from "zod";
import { systemClocks } from "#db/clocks.ts";
import { dueTime } from "#domain/due-time.ts";
import { Problem } from "#domain/errors.ts";
import type { ProblemCode } from "#domain/problem-codes.ts";
import { PostAsset, PostContent, PostParts, TargetOverrides } from "#domain/schemas/content.ts";
import { order } from "#domain/schemas/order.ts";
import { isTimeZone } from "#domain/wake-ups.ts";
import { ExternalId, Id } from "./responses.ts";

export const Schedule = z
  .strictObject({
    mode: z.enum(["now", "at", "queue"]),
    at: z
      .string()
      .max(60)
      .optional()
      .describe("With an offset or Z an instant; else wall time in `timeZone`"),
    timeZone: z.string().max(80).optional(),
    position: z
      .enum(["next", "last"])
      .optional()
      .describe(
        "With mode queue: the next free slot of its channels' queues, which is the default, or the first one after all that is queued",
      ),
  })
  .refine((schedule) => schedule.mode !== "at" || schedule.at !== undefined, {
    path: ["at"],
    message: "is needed with mode at",
  })
  .refine((schedule) => schedule.mode === "at" || schedule.at === undefined, {
    path: ["at"],
    message: "goes with mode at",
  })
  .refine((schedule) => schedule.mode === "queue" || schedule.position === undefined, {
    path: ["position"],
    message: "goes with mode queue",
  })
  .refine((schedule) => schedule.mode !== "queue" || schedule.timeZone === undefined, {
    path: ["timeZone"],
    message: "is the queue's own with mode queue",
  })
  .refine((schedule) => schedule.timeZone === undefined || isTimeZone(schedule.timeZone), {
    path: ["timeZone"],
    message: "is no time zone; use a name such as Europe/Berlin",
  })
  .meta({
    examples: [
      { mode: "at", at: "2027-03-01T09:00", timeZone: "Europe/Berlin" },
      { mode: "queue" },
    ],
  });
export type Schedule = z.infer<typeof Schedule>;

const RequestTarget = z.strictObject({
  channelId: Id,
  overrides: TargetOverrides.optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
  defaults: z
    .boolean()
    .optional()
    .describe("Whether the channel's defaults are added; they are unless this is false"),
});

const Content = {
  content: PostContent,
  assets: z.array(PostAsset).max(20),
  parts: PostParts.describe("What follows, in order: further parts of a thread, and comments"),
  targets: z.array(RequestTarget).min(1).max(50),
  schedule: Schedule,
};

/** Why a post that is asked for may be refused. */
export const newPostProblems: readonly ProblemCode[] = [
  "not_found",
  "file_expired",
  "external_id_taken",
  "approval_required",
  "content_refused",
  "sandbox_output",
  "invalid_time",
  "in_the_past",
  "time_zone_missing",
  "no_queue",
  "no_free_slot",
];

/** A post as it is asked for. */
export const NewPost = z.strictObject({
  ...Content,
  assets: Content.assets.default([]),
  parts: Content.parts.default([]),
  schedule: Content.schedule.default({ mode: "now" }),
  approval: z.enum(["none", "required"]).default("required"),
  externalId: ExternalId.optional(),
  campaign: order.campaign.optional(),
  labels: order.labels.default([]),
});
export type NewPost = z.infer<typeof NewPost>;

/** What may be changed of a post. What is absent stays. */
export const PostChange = z
  .strictObject({
    content: Content.content.optional(),
    assets: Content.assets.optional(),
    parts: Content.parts.optional(),
    targets: Content.targets.optional(),
    schedule: Content.schedule.optional(),
    campaign: order.campaign.nullable().optional(),
    labels: order.labels.optional(),
    version: z
      .int()
      .min(1)
      .optional()
      .describe(
        "The version that you saw: where the post has another one by now, nothing is changed (409 `version_conflict`)",
      ),
  })
  .refine(
    (change) =>
      Object.entries(change).some(([name, value]) => name !== "version" && value !== undefined),
    { message: "changes nothing" },
  );
export type PostChange = z.infer<typeof PostChange>;

/** When a post is due, as columns of its row. Throws Problem 422 `invalid_time`, `time_zone_missing` or `in_the_past`. */
export function dueOf(schedule: Schedule, now: Date) {
  const timeZone = schedule.timeZone ?? null;
  if (schedule.mode === "now" || schedule.at === undefined) {
    return { scheduleMode: "now" as const, dueAt: now, localAt: null, timeZone, zoneData: null };
  }
  const due = dueTime({ at: schedule.at, timeZone: schedule.timeZone, now });
  // RFC 3339 writes years with four digits.
  if (due.dueAt.getUTCFullYear() > 9999) {
    const detail = "That is too far away.";
    throw new Problem({
      status: 422,
      code: "invalid_time",
      detail,
      errors: [{ pointer: "/schedule/at", detail }],
    });
  }
  const zoneData = due.localAt === null ? null : systemClocks.version;
  return { scheduleMode: "at" as const, ...due, timeZone, zoneData };
}
