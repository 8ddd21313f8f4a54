/** Shapes of the JSON that series and queues are made of. */
import { z } from "zod";
import {
  PostAsset,
  PostContent,
  PostParts,
  TargetOverrides,
  TimeOfDay,
  Weekday,
} from "./content.ts";
import { Campaign, Labels } from "./order.ts";

/** What each post of a series is made of. */
export const SeriesTemplate = z.strictObject({
  content: PostContent,
  assets: z.array(PostAsset).max(20),
  parts: PostParts,
  targets: z.array(
    z.strictObject({
      channelId: z.uuid(),
      overrides: TargetOverrides,
      settings: z.record(z.string(), z.unknown()),
      defaults: z.boolean().optional(),
    }),
  ),
  campaign: Campaign.nullable().optional(),
  labels: Labels.optional(),
});
export type SeriesTemplate = z.infer<typeof SeriesTemplate>;

/** A weekly time of a queue: `time` as `HH:MM` on the wall clock of the queue's zone. */
export const QueueSlot = z.strictObject({
  day: Weekday,
  time: TimeOfDay,
});
export type QueueSlot = z.infer<typeof QueueSlot>;
