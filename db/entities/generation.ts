import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { GenerationStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

export type GenerationOutput = { assetId: string } | { text: string };

export const Generation = defineEntity({
  name: "Generation",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    kind: p.enum(["text", "image", "audio", "video"]),
    status: p
      .enum(["queued", "running", "succeeded", "failed", "cancelling", "cancelled", "expired"])
      .$type<GenerationStatus>(),
    provider: p.string().length(40),
    model: p.string().length(120),
    prompt: p.text(),
    settings: p.json<Record<string, unknown>>(),
    inputs: p.json<{ assetId: string }[]>(),
    /** 0…1 */
    progress: p.double().$type<number>().default(0),
    outputs: p.json<GenerationOutput[]>(),
    credits: p.integer().default(0),
    error: p.json<{ code: string; detail: string }>().nullable(),
    /** Field names, sizes and hashes of what left for the provider; no content. */
    sent: p.json<object>().nullable(),
    runId: p.uuid().nullable(),
    createdBy: p.string().length(80),
    /** The client's own name for it. */
    externalId: p.string().length(200).nullable(),
    startedAt: instant().nullable(),
    finishedAt: instant().nullable(),
    version: p.integer().default(1),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["workspaceId", "externalId"] }],
});
export type Generation = InferEntity<typeof Generation>;
