import { LockMode, type RequiredEntityData } from "@mikro-orm/core";
import { settleCredits, refundCredits } from "#db/credits.ts";
import { Asset, Generation, Step } from "#db/entities/index.ts";
import type { GenerationOutput } from "#db/entities/generation.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { recordEvent } from "#db/record-event.ts";
import { generationMachine, type GenerationStatus } from "#domain/states.ts";
import type { GenerationLedgerActivities, GenerationModelActivities } from "#workflows/generate.ts";
import { countCredits, timeProviderCall } from "../observe/metrics.ts";
import type { ActivityDeps } from "./deps.ts";
import { askModel, describeCall } from "./lib/ask-model.ts";
import { classifyModelError, ModelAnswerError } from "./lib/classify-model-error.ts";
import { orGone } from "./lib/find-or-gone.ts";
import { describeImageCall, makeImage } from "./lib/make-image.ts";
import { modelFailure } from "./lib/model-failure.ts";
import { storeGeneratedImage } from "./lib/store-generated-image.ts";
import { withHeartbeat } from "./lib/with-heartbeat.ts";
import { insertRow } from "#db/insert-row.ts";

/** How far a generation is, 0 to 1: providers tell nothing while they work, so that only the turns of the road are known. */
const progress = { begun: 0.1, answered: 0.8, stored: 1 } as const;

type Ids = { workspaceId: string; generationId: string };

/** What `generate` asks for. */
export function createGenerationActivities(
  deps: ActivityDeps,
): GenerationLedgerActivities & GenerationModelActivities {
  const locked = <T>(ids: Ids, work: (em: EntityManager, generation: Generation) => Promise<T>) =>
    inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
      const row = await em.findOne(
        Generation,
        { id: ids.generationId },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      return work(em, orGone(row, "generation"));
    });

  return {
    beginGeneration: (ids) =>
      locked(ids, async (em, generation) => {
        const { kind } = generation;
        const model = `${generation.provider}/${generation.model}`;
        if (generation.status !== "queued" && generation.status !== "running")
          return { go: false, kind, model };
        await setStatus(em, generation, "running");
        generation.startedAt ??= deps.now();
        await setProgress(em, generation, progress.begun);
        return { go: true, kind, model };
      }),

    runGeneration: (ids) =>
      withHeartbeat(async (signal) => {
        const generation = orGone(
          await inWorkspace(deps.orm, ids.workspaceId).findOne(Generation, {
            id: ids.generationId,
          }),
          "generation",
        );
        if (generation.outputs.length > 0) return { kind: "stored" };
        try {
          await ask(deps, generation, signal);
          return { kind: "stored" };
        } catch (error) {
          signal.throwIfAborted();
          const verdict = classifyModelError(error, { now: deps.now() });
          if (verdict.code === "unexpected")
            deps.logger.error(
              { error: nameOf(error), generationId: ids.generationId },
              "a generation failed",
            );
          if (verdict.retryable) throw modelFailure(verdict);
          return { kind: "refused", code: verdict.code, detail: verdict.message };
        }
      }),

    endGeneration: ({ status, code, detail, ...ids }) =>
      locked(ids, async (em, generation) => {
        if (generationMachine.isFinal(generation.status)) return { status: generation.status };
        // What was made before it was cancelled, or before its last try was given up, is kept and costs what it costs.
        const made = generation.outputs.length > 0;
        const end: GenerationStatus = made ? "succeeded" : status;
        const entry = { workspaceId: ids.workspaceId, subject: `generation:${generation.id}` };
        if (end !== "succeeded") generation.credits = 0;
        await showPriceOnStep(em, generation);
        if (end === "succeeded") {
          await settleCredits(em, { ...entry, credits: generation.credits });
          countCredits(generation);
        } else await refundCredits(em, entry);
        if (end === "failed")
          generation.error = { code: code ?? "internal", detail: detail ?? "It failed." };
        if (end === "cancelled" && generation.status === "running")
          generation.status = "cancelling";
        generation.finishedAt = deps.now();
        await setStatus(em, generation, end);
        return { status: end };
      }),
  };
}

async function ask(deps: ActivityDeps, generation: Generation, signal: AbortSignal): Promise<void> {
  const provider = deps.providers.get(generation.provider);
  if (!provider) throw new Error(`the provider ${generation.provider} is not installed`);
  const call = { fetch: deps.fetch, credentials: deps.providerCredentials(generation.provider) };
  const options = optionsOf(generation);
  const privacyOptions = provider.privacyOptions(generation.kind, call);
  if (generation.kind === "text") {
    const request = {
      model: provider.languageModel(call, generation.model),
      messages: [{ role: "user" as const, content: generation.prompt }],
      privacyOptions,
      ...options.text,
      signal,
    };
    await noteSent(deps, generation, describeCall(request));
    const answer = await timeProviderCall({ provider: generation.provider, kind: "text" }, () =>
      askModel(request),
    );
    await noteAnswered(deps, generation);
    // An empty answer is none: it is asked again, and refunded when it stays so.
    if (answer.kind !== "text") throw new ModelAnswerError("provider_down");
    await storeOutputs(deps, generation, [{ text: answer.text }]);
    return;
  }
  const request = {
    model: provider.imageModel(call, generation.model),
    prompt: generation.prompt,
    privacyOptions,
    ...options.image,
    signal,
  };
  await noteSent(deps, generation, describeImageCall(request));
  const image = await timeProviderCall({ provider: generation.provider, kind: "image" }, () =>
    makeImage(request),
  );
  await noteAnswered(deps, generation);
  const asset = await storeGeneratedImage({
    deps,
    workspaceId: generation.workspaceId,
    data: image.data,
    signal,
  });
  await storeOutputs(deps, generation, [{ assetId: asset.id }], {
    ...asset,
    generationId: generation.id,
    offlineOutput: provider.manifest.offline,
  });
}

/** Settings that the API let through, by kind; it refuses others before a row is written. */
function optionsOf(generation: Generation) {
  const { size, seed, temperature, maxOutputTokens } = generation.settings as {
    size?: string;
    seed?: number;
    temperature?: number;
    maxOutputTokens?: number;
  };
  const seeded = seed === undefined ? {} : { seed };
  return {
    image: { ...seeded, ...(size === undefined ? {} : { size }) },
    text: {
      ...seeded,
      ...(temperature === undefined ? {} : { temperature }),
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    },
  };
}

async function noteSent(deps: ActivityDeps, generation: Generation, sent: object): Promise<void> {
  await inWorkspace(deps.orm, generation.workspaceId).nativeUpdate(
    Generation,
    { id: generation.id },
    { sent },
  );
}

async function noteAnswered(deps: ActivityDeps, generation: Generation): Promise<void> {
  await inWorkspace(deps.orm, generation.workspaceId).transactional(async (em) => {
    const row = await em.findOne(
      Generation,
      { id: generation.id },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (row && !generationMachine.isFinal(row.status))
      await setProgress(em, row, progress.answered);
  });
}

/** The first answer wins: one that comes from a repeated activity finds the row filled and is dropped. */
async function storeOutputs(
  deps: ActivityDeps,
  generation: Generation,
  outputs: GenerationOutput[],
  asset?: RequiredEntityData<Asset> & { blobKey: string },
): Promise<void> {
  const stored = await inWorkspace(deps.orm, generation.workspaceId).transactional(async (em) => {
    const row = orGone(
      await em.findOne(Generation, { id: generation.id }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
      "generation",
    );
    if (row.outputs.length > 0 || generationMachine.isFinal(row.status)) return false;
    if (asset) await insertRow(em, Asset, asset);
    row.outputs = outputs;
    await setProgress(em, row, progress.stored);
    return true;
  });
  if (!stored && asset) await deps.storage.delete(asset.blobKey);
}

/** Of a generation that a run ordered, the run's step shows the price: what the steps cost adds up to the run's. */
async function showPriceOnStep(em: EntityManager, generation: Generation): Promise<void> {
  if (!generation.runId) return;
  await em.nativeUpdate(
    Step,
    { runId: generation.runId, key: "image" },
    { credits: generation.credits },
  );
}

/** It only grows, however often the provider is asked. Call it within the transaction that locks the row. */
async function setProgress(
  em: EntityManager,
  generation: Generation,
  value: number,
): Promise<void> {
  if (generation.progress >= value) return;
  generation.progress = value;
  await recordEvent(em, {
    workspaceId: generation.workspaceId,
    type: "generation.progress",
    subjectKind: "generation",
    subjectId: generation.id,
    data: { progress: value },
  });
}

async function setStatus(
  em: EntityManager,
  generation: Generation,
  status: GenerationStatus,
): Promise<void> {
  if (generation.status === status) return;
  generation.status = generationMachine.step(generation.status, status);
  generation.version += 1;
  await recordEvent(em, {
    workspaceId: generation.workspaceId,
    type: `generation.${status}`,
    subjectKind: "generation",
    subjectId: generation.id,
  });
}

/** The kind of an error alone: its message may quote what was sent. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
