import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { CallStatus } from "#domain/generation-calls.ts";
import type { GenerationOutput } from "./generation.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** The ledger of what a provider was asked: a row per output that is asked for, written before the provider is. */
export const GenerationCall = defineEntity({
  name: "GenerationCall",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    generationId: p.uuid(),
    /** Of the output, from 0. */
    index: p.integer(),
    status: p.enum(["asked", "open", "started", "answered", "failed"]).$type<CallStatus>(),
    /** How often the provider was asked. */
    asks: p.integer(),
    /** How often its answer was lost with the process that waited for it. */
    answersLost: p.integer().default(0),
    /** The provider's name of a job, as `ai` gives it. */
    operation: p.json<unknown>().nullable(),
    /** 0…1, where the provider says. */
    progress: p.double().$type<number>().nullable(),
    queuePosition: p.integer().nullable(),
    /** Field names, sizes and hashes of what left; no content. */
    sent: p.json<object>().nullable(),
    output: p.json<GenerationOutput>().nullable(),
    error: p.json<{ code: string; detail: string }>().nullable(),
    askedAt: instant(),
    finishedAt: instant().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["generationId", "index"] }],
});
export type GenerationCall = InferEntity<typeof GenerationCall>;
