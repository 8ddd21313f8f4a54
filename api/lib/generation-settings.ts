import { z } from "zod";
import { enhancements } from "#domain/enhancements.ts";
import { inputRoles, tasksOfKind } from "#domain/generation-tasks.ts";
import { ExternalId, Id } from "./responses.ts";

const Seed = z.int().min(0).max(2_147_483_647);

// PostgreSQL can't hold the character NUL.
const withoutNul = (text: string) => !text.includes("\u0000");
const Prompt = z
  .string()
  .trim()
  .max(20_000)
  .refine(withoutNul, { message: "holds a NUL character" });
const Word = z.string().min(1).max(60);
const Seconds = z.int().min(1).max(600);

/** How many outputs one generation may be asked for. */
export const maximumVariants = 10;

const common = {
  prompt: Prompt.min(1),
  model: z
    .string()
    .min(1)
    .max(160)
    .optional()
    .describe("`provider/model` or a model's name; else the default"),
  count: z
    .int()
    .min(1)
    .max(maximumVariants)
    .default(1)
    .describe("How many variants to make; each costs the same"),
  inputs: z
    .array(
      z.strictObject({
        assetId: Id,
        role: z
          .enum(inputRoles)
          .optional()
          .describe("What it is for; else what an asset of its kind is usually for"),
      }),
    )
    .max(20)
    .default([])
    .describe("Assets to work from, as far as the model takes any: see GET /v1/models"),
  externalId: ExternalId.optional(),
};

const task = <Tasks extends readonly [string, ...string[]]>(tasks: Tasks) =>
  z.enum(tasks).optional().describe("What to do; else what the inputs suggest");

const settings = {
  text: {
    temperature: z.number().min(0).max(2).optional(),
    maxOutputTokens: z.int().min(1).max(32_000).optional(),
    seed: Seed.optional(),
  },
  image: {
    size: z.string().max(20).optional(),
    aspectRatio: z.string().max(20).optional(),
    seed: Seed.optional(),
  },
  audio: {
    voice: z.string().min(1).max(120).optional(),
    format: Word.optional(),
    speed: z.number().min(0.25).max(4).optional(),
    instructions: z.string().max(2_000).refine(withoutNul).optional(),
    language: z.string().min(2).max(35).optional(),
    seconds: Seconds.optional(),
    seed: Seed.optional(),
  },
  video: {
    size: z.string().max(20).optional(),
    aspectRatio: z.string().max(20).optional(),
    resolution: z.string().max(20).optional(),
    seconds: Seconds.optional(),
    sound: z.boolean().optional(),
    seed: Seed.optional(),
    enhancements: z
      .array(z.enum(enhancements))
      .min(1)
      .max(6)
      .optional()
      .describe("What to better; else noise, colours and loudness"),
    captionsFrom: Id.optional().describe(
      "For `captions`: the transcription whose words are burnt in; else the newest of the same video",
    ),
  },
};

/** A request for a generation: what may be set depends on its kind, and then on the model. */
export const NewGeneration = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("text"),
    ...common,
    task: task(tasksOfKind.text),
    settings: z.strictObject(settings.text).default({}),
  }),
  z.strictObject({
    kind: z.literal("image"),
    ...common,
    task: task(tasksOfKind.image),
    settings: z.strictObject(settings.image).default({}),
  }),
  z.strictObject({
    kind: z.literal("audio"),
    ...common,
    prompt: Prompt.default("").describe("What is said, or heard; a transcription needs none"),
    task: task(tasksOfKind.audio),
    settings: z.strictObject(settings.audio).default({}),
  }),
  z.strictObject({
    kind: z.literal("video"),
    ...common,
    prompt: Prompt.default("").describe("What is seen; an enhancement needs none"),
    task: task(tasksOfKind.video),
    settings: z.strictObject(settings.video).default({}),
  }),
]);
export type NewGeneration = z.infer<typeof NewGeneration>;

/** What may be changed where something is made again. */
export const Again = z.strictObject({
  model: common.model,
  prompt: Prompt.min(1).optional(),
  count: z.int().min(1).max(maximumVariants).optional(),
  settings: z
    .strictObject({
      ...settings.text,
      ...settings.image,
      ...settings.audio,
      ...settings.video,
    })
    .optional()
    .describe("Instead of those it was made with; a seed that is not given is drawn anew"),
  externalId: ExternalId.optional(),
});
