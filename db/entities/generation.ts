import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { generationKinds, type GenerationTask, type InputRole } from "#domain/generation-tasks.ts";
import type { GenerationStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** What came of a generation, in the order that it was asked for; a transcript is text with its times. */
export type GenerationOutput =
  | { assetId: string }
  | {
      text: string;
      language?: string;
      segments?: TranscriptSegment[];
      /** Of a text that was removed, where an offline model wrote it. */
      sha256?: string;
    };

export interface TranscriptSegment {
  text: string;
  /** Seconds from the start. */
  start: number;
  end: number;
}

export interface GenerationInput {
  assetId: string;
  role: InputRole;
}

export const Generation = defineEntity({
  name: "Generation",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    kind: p.enum(generationKinds),
    task: p.string().length(40).$type<GenerationTask>(),
    status: p
      .enum(["queued", "running", "succeeded", "failed", "cancelling", "cancelled", "expired"])
      .$type<GenerationStatus>(),
    provider: p.string().length(40),
    model: p.string().length(120),
    prompt: p.text(),
    settings: p.json<Record<string, unknown>>(),
    inputs: p.json<GenerationInput[]>(),
    /** How many outputs are asked for. */
    count: p.integer().default(1),
    /** Made again from this one, with other settings or another model. */
    parentId: p.uuid().nullable(),
    /** 0…1 */
    progress: p.double().$type<number>().default(0),
    outputs: p.json<GenerationOutput[]>(),
    credits: p.integer().default(0),
    error: p.json<{ code: string; detail: string }>().nullable(),
    /** Field names, sizes and hashes of what left for the provider; no content. Of each call: see GenerationCall. */
    sent: p.json<object>().nullable(),
    runId: p.uuid().nullable(),
    createdBy: p.string().length(80),
    /** The client's own name for it. */
    externalId: p.string().length(200).nullable(),
    startedAt: instant().nullable(),
    finishedAt: instant().nullable(),
    /** When its prompt and texts were removed, since their time was over. */
    textsRemovedAt: instant().nullable(),
    version: p.integer().default(1),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["workspaceId", "externalId"] }],
});
export type Generation = InferEntity<typeof Generation>;
