import { z } from "zod";
import { Problem } from "#domain/errors.ts";
import { ExternalId, Id } from "./responses.ts";
import type { ModelEntry } from "#providers/contract.ts";

const Seed = z.int().min(0).max(2_147_483_647);

// PostgreSQL can't hold the character NUL.
const Prompt = z
  .string()
  .trim()
  .min(1)
  .max(20_000)
  .refine((text) => !text.includes("\u0000"), { message: "holds a NUL character" });

const common = {
  prompt: Prompt,
  model: z
    .string()
    .min(1)
    .max(160)
    .optional()
    .describe("`provider/model` or a model's name; else the default"),
  inputs: z
    .array(z.strictObject({ assetId: Id }))
    .max(20)
    .default([])
    .describe("Assets to work from; no model takes any yet"),
  externalId: ExternalId.optional(),
};

/** A request for a generation: what may be set depends on its kind. */
export const NewGeneration = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("text"),
    ...common,
    settings: z
      .strictObject({
        temperature: z.number().min(0).max(2).optional(),
        maxOutputTokens: z.int().min(1).max(32_000).optional(),
        seed: Seed.optional(),
      })
      .default({}),
  }),
  z.strictObject({
    kind: z.literal("image"),
    ...common,
    settings: z
      .strictObject({ size: z.string().max(20).optional(), seed: Seed.optional() })
      .default({}),
  }),
]);
export type NewGeneration = z.infer<typeof NewGeneration>;

/** Throws Problem 422 for a setting that the chosen model does not offer. */
export function checkModelSettings(request: NewGeneration, entry: ModelEntry): void {
  if (request.kind !== "image" || request.settings.size === undefined) return;
  const sizes = entry.sizes ?? [];
  if (sizes.includes(request.settings.size)) return;
  const detail =
    sizes.length === 0
      ? `The model ${entry.id} takes no size.`
      : `The model ${entry.id} makes these sizes: ${sizes.join(", ")}.`;
  throw new Problem({
    status: 422,
    code: "invalid_request",
    detail,
    errors: [{ pointer: "/settings/size", detail }],
  });
}
