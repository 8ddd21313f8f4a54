/** Shape of what a channel adds to every post. */
import { z } from "zod";

const UtmValue = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((template) => [...template.matchAll(/\{([^{}]*)\}/g)].every(([, name]) => isFact(name)), {
    message: "holds a placeholder that is none: {platform}, {channel}, {campaign} and {post} are",
  })
  .describe("May hold {platform}, {channel}, {campaign} and {post}");

const Hashtag = z
  .string()
  .trim()
  .regex(/^[#＃]?(?=[\p{L}\p{M}\p{N}_]*[\p{L}_])[\p{L}\p{M}\p{N}_]+$/u, "is no hashtag")
  .max(100)
  .overwrite((given) => given.replace(/^[#＃]/, ""));

/** What is added to every post of a channel. */
export const ChannelDefaults = z.strictObject({
  hashtags: z
    .array(Hashtag)
    .max(30)
    .default([])
    .describe("Added where the text does not hold them; with or without #"),
  signature: z
    .string()
    .max(1_000)
    .overwrite((given) => given.replaceAll(/\r\n?/g, "\n").trim())
    .default("")
    .describe("The last lines of every text"),
  utm: z
    .strictObject({
      source: UtmValue.optional(),
      medium: UtmValue.optional(),
      campaign: UtmValue.optional(),
      term: UtmValue.optional(),
      content: UtmValue.optional(),
    })
    .default({})
    .describe(
      "Parameters of links that have no utm_ of their own; one that comes out empty is left out",
    ),
});
export type ChannelDefaults = z.infer<typeof ChannelDefaults>;

/** What a placeholder may stand for. */
function isFact(name: string | undefined): boolean {
  return ["platform", "channel", "campaign", "post"].includes(name ?? "");
}
