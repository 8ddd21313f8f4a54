import { LockMode } from "@mikro-orm/core";
import { reserveCredits } from "#db/credits.ts";
import { Asset, Generation } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import type { EntityManager } from "#db/orm.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { recordAudit } from "#db/record-audit.ts";
import { recordEvent } from "#db/record-event.ts";
import { Problem } from "#domain/errors.ts";
import { refuseTakenName } from "./external-id.ts";
import type { GenerationRequest, PlannedGeneration } from "./plan-generation.ts";

/**
 * Accepts a generation in the caller's transaction: its row, its credits reserved, and the message that starts it. Throws
 * Problem 402 `credits_exhausted` or `credit_limit`, and 409 `external_id_taken`.
 */
export async function insertGeneration(
  em: EntityManager,
  input: {
    workspaceId: string;
    actor: string;
    /** Who asks, or who made the API key that does: whom it counts for. */
    userId: string;
    address: string;
    now: Date;
    request: GenerationRequest & { externalId?: string | undefined };
    planned: PlannedGeneration;
    /** What it is made again from. */
    parentId?: string;
  },
): Promise<{ id: string; outboxIds: string[] }> {
  const { workspaceId, actor, userId, request, planned, now } = input;
  const { kind, prompt, count, externalId } = request;
  const id = newId();
  const model = `${planned.manifest.name}/${planned.entry.id}`;
  await refuseTakenName(em, Generation, externalId);
  await holdInputs(em, planned.inputs);
  const subject = `generation:${id}`;
  await reserveCredits(em, { workspaceId, userId, subject, credits: planned.credits, model, now });
  await insertRow(em, Generation, {
    id,
    workspaceId,
    kind,
    task: planned.task,
    status: "queued",
    provider: planned.manifest.name,
    model: planned.entry.id,
    prompt,
    settings: { ...planned.settings },
    inputs: planned.inputs,
    count,
    outputs: [],
    credits: planned.credits,
    parentId: input.parentId ?? null,
    createdBy: actor,
    externalId: externalId ?? null,
  });
  await recordEvent(em, {
    workspaceId,
    type: "generation.queued",
    subjectKind: "generation",
    subjectId: id,
  });
  const message = await enqueue(em, {
    workspaceId,
    action: "start",
    workflowType: "generate",
    workflowId: `generation/${id}`,
    input: { generationId: id },
  });
  await recordAudit(em, {
    workspaceId,
    actor,
    action: "generation.created",
    subject,
    address: input.address,
    detail: { kind, task: planned.task, model },
  });
  return { id, outboxIds: [message] };
}

/** Held until the generation is written: what it works from can't expire or be deleted meanwhile. */
async function holdInputs(
  em: EntityManager,
  inputs: readonly { assetId: string }[],
): Promise<void> {
  if (inputs.length === 0) return;
  const ids = new Set(inputs.map(({ assetId }) => assetId));
  const held = await em.find(
    Asset,
    { id: { $in: [...ids] }, status: "ready" },
    { lockMode: LockMode.PESSIMISTIC_READ, orderBy: { id: "asc" }, refresh: true },
  );
  if (held.length === ids.size) return;
  const detail = "An input was deleted, or its time was over, a moment ago.";
  throw new Problem({ status: 422, code: "unknown_asset", detail });
}
