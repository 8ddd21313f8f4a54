import { z } from "zod";
import { PostAsset, PostContent, PostParts, TargetOverrides } from "#domain/schemas/content.ts";
import { order } from "#domain/schemas/order.ts";
import { isTimeZone } from "#domain/wake-ups.ts";
import { Id } from "./responses.ts";

const TimeZone = z
  .string()
  .max(80)
  .refine(isTimeZone, { message: "is no time zone; use a name such as Europe/Berlin" });

/** When a series is due. */
export const recurrence = {
  rrule: z
    .string()
    .min(1)
    .max(510)
    .describe(
      "RRULE of RFC 5545, hourly at the most: `FREQ=WEEKLY;BYDAY=MO,TH`. At most 1,000 by COUNT",
    )
    .meta({ examples: ["FREQ=WEEKLY;BYDAY=MO,TH"] }),
  start: z
    .string()
    .regex(
      /^(20|21)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:00)?$/,
      "is a wall time such as 2027-03-01T09:00, without an offset",
    )
    .refine((start) => isDate(start.slice(0, 10)), { message: "is no date" })
    .describe("Wall time in `timeZone`, from which the rule counts and takes its time of day")
    .meta({ examples: ["2027-03-01T09:00"] }),
  timeZone: TimeZone,
};

const template = {
  content: PostContent,
  assets: z.array(PostAsset).max(20),
  parts: PostParts,
  targets: z
    .array(
      z.strictObject({
        channelId: Id,
        overrides: TargetOverrides.optional(),
        settings: z.record(z.string(), z.unknown()).optional(),
        defaults: z
          .boolean()
          .optional()
          .describe("Whether the channel's defaults are added; they are unless this is false"),
      }),
    )
    .min(1)
    .max(50),
  approval: z.enum(["none", "required"]),
  catchUp: z
    .int()
    .min(0)
    .max(10)
    .describe("How many missed occurrences are still made, the latest ones, unless too late"),
};

/** A series as it is asked for. */
export const NewSeries = z.strictObject({
  ...template,
  ...recurrence,
  assets: template.assets.default([]),
  parts: template.parts.default([]),
  approval: template.approval.default("required"),
  catchUp: template.catchUp.default(1),
  campaign: order.campaign.optional(),
  labels: order.labels.default([]),
});
export type NewSeries = z.infer<typeof NewSeries>;

/** What may be changed of a series. What is absent stays. */
export const SeriesChange = z
  .strictObject({
    ...template,
    ...recurrence,
    campaign: order.campaign.nullable(),
    labels: order.labels,
  })
  .partial()
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    message: "changes nothing",
  });

function isDate(date: string): boolean {
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}
