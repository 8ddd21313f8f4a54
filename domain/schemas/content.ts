/** Shapes of the JSON that posts, targets and agents are made of. Types only at run time's edge: Zod lives here alone. */
import { z } from "zod";

export const PostContent = z.strictObject({
  text: z.string().max(100_000).default(""),
  title: z.string().max(1_000).optional(),
});
export type PostContent = z.infer<typeof PostContent>;

export const PostAsset = z.strictObject({
  // In capitals it is the same id.
  id: z.uuid().toLowerCase(),
  altText: z.string().max(10_000).optional(),
});
export type PostAsset = z.infer<typeof PostAsset>;

/** A further part of a post: `thread` goes on under the last part of the thread, `comment` stands under the post. */
export const PostPart = z.strictObject({
  kind: z.enum(["thread", "comment"]),
  text: z.string().max(100_000).default(""),
  assets: z.array(PostAsset).max(20).default([]),
});
export type PostPart = z.infer<typeof PostPart>;

/** The parts after the first, in their order. */
export const PostParts = z.array(PostPart).max(100);
export type PostParts = z.infer<typeof PostParts>;

/** Overrides of the post's content for one target; what is absent is the post's own. */
export const TargetOverrides = z.strictObject({
  text: z.string().max(100_000).optional(),
  title: z.string().max(1_000).optional(),
  assets: z.array(PostAsset).max(20).optional(),
  parts: PostParts.optional(),
});
export type TargetOverrides = z.infer<typeof TargetOverrides>;

export const Weekday = z.enum(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);
export type Weekday = z.infer<typeof Weekday>;

/** A time of day on the wall clock. */
export const TimeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time is HH:MM, from 00:00 to 23:59")
  .meta({ examples: ["09:00"] });

export const AgentSchedule = z.strictObject({
  days: z.array(Weekday).min(1).max(7),
  /** Wall-clock times `HH:MM` in `timeZone`. */
  times: z.array(TimeOfDay).min(1).max(24),
  timeZone: z.string(),
});
export type AgentSchedule = z.infer<typeof AgentSchedule>;
