import { randomInt } from "node:crypto";
import { Asset } from "#db/entities/index.ts";
import type { GenerationInput } from "#db/entities/generation.ts";
import type { EntityManager } from "#db/orm.ts";
import { readProviderAccess } from "#db/provider-access.ts";
import { checkGeneration, type GivenInput } from "#domain/check-generation.ts";
import { checkInputBytes } from "#domain/check-input-bytes.ts";
import { usualEnhancements } from "#domain/enhancements.ts";
import { Problem } from "#domain/errors.ts";
import { priceOfOutput } from "#domain/generation-price.ts";
import type { GenerationSettings } from "#domain/generation-settings.ts";
import {
  suggestTask,
  usualRole,
  type GenerationKind,
  type GenerationTask,
  type InputRole,
} from "#domain/generation-tasks.ts";
import type { ModelEntry, ProviderManifest } from "#providers/contract.ts";
import type { ApiContext } from "../context.ts";
import { chooseCaptions } from "./choose-captions.ts";
import { chooseModel } from "./choose-model.ts";
import { fileExpired, findExpired } from "./found-or-expired.ts";

/** A request for a generation as it came, its shape checked. */
export interface GenerationRequest {
  kind: GenerationKind;
  task?: GenerationTask | undefined;
  model?: string | undefined;
  prompt: string;
  count: number;
  settings: GenerationSettings;
  inputs: readonly { assetId: string; role?: InputRole | undefined }[];
}

/** What will be done, and what it costs. */
export interface PlannedGeneration {
  task: GenerationTask;
  manifest: ProviderManifest;
  entry: ModelEntry;
  inputs: GenerationInput[];
  settings: GenerationSettings;
  /** Whole credits. */
  creditsEach: number;
  credits: number;
}

/**
 * Chooses the task and the model, holds the request against what the model takes, and says what it costs. Throws Problem
 * 410 `file_expired`, 422: `unknown_asset`, `invalid_request` with every mistake, and those of chooseModel.
 */
export async function planGeneration(
  context: ApiContext,
  em: EntityManager,
  request: GenerationRequest,
): Promise<PlannedGeneration> {
  const given = await findInputs(em, request);
  const task = request.task ?? suggestTask(request.kind, given);
  const access = await readProviderAccess(em);
  const { manifest, entry } = chooseModel(context, access, { task, model: request.model });
  const { prompt, count } = request;
  const settings = withUsual(request.settings, entry);
  refuseMistakes(checkGeneration({ model: entry, task, prompt, settings, inputs: given }));
  // A recipe works on files.
  if (!manifest.byRecipe) refuseMistakes(checkInputBytes(given));
  if (manifest.byRecipe && count > 1) {
    const detail = "A recipe makes the same each time: ask for one.";
    refuseMistakes([{ pointer: "/count", detail }]);
  }
  if (manifest.byRecipe && prompt !== "") {
    const detail = `${task} uses no prompt: leave it out, or name the task that is meant (extend_video goes on from a video).`;
    refuseMistakes([{ pointer: "/prompt", detail }]);
  }
  const captions = await chooseCaptions(em, {
    settings,
    sourceId: given.find(({ role }) => role === "source")?.assetId,
  });
  const creditsEach = priceOfOutput({
    price: entry,
    prompt,
    settings,
    usualSeconds: entry.settings?.seconds?.[0],
    sourceSeconds: given
      .filter(({ role }) => role === "source")
      .reduce((sum, { durationSeconds }) => sum + (durationSeconds ?? 0), 0),
  });
  return {
    task,
    manifest,
    entry,
    inputs: given.map(({ assetId, role }) => ({ assetId, role })),
    // Written down, so that it can be made again, and so that variants differ.
    settings:
      entry.settings?.seed && settings.seed === undefined
        ? { ...settings, ...captions, seed: randomInt(0, 2_147_483_647) }
        : { ...settings, ...captions },
    creditsEach,
    credits: creditsEach * count,
  };
}

/** What to better, where nobody said. */
function withUsual(settings: GenerationSettings, entry: ModelEntry): GenerationSettings {
  if (!entry.settings?.enhancements || settings.enhancements) return settings;
  return { ...settings, enhancements: [...usualEnhancements] };
}

async function findInputs(
  em: EntityManager,
  { kind, inputs }: GenerationRequest,
): Promise<(GivenInput & { assetId: string })[]> {
  if (inputs.length === 0) return [];
  const ids = inputs.map(({ assetId }) => assetId);
  const assets = await em.find(Asset, { id: { $in: ids }, status: "ready" });
  const found = inputs.map(({ assetId, role }) => {
    const asset = assets.find(({ id }) => id === assetId);
    if (!asset) return undefined;
    const { kind: media, contentType, bytes } = asset;
    const durationSeconds = asset.durationSeconds ?? null;
    return {
      assetId,
      role: role ?? usualRole(kind, media),
      media,
      contentType,
      bytes,
      durationSeconds,
    };
  });
  const unknown = found.flatMap((one, index) =>
    one ? [] : [{ pointer: `/inputs/${index}/assetId`, detail: "There is no such asset." }],
  );
  if (unknown.length > 0) {
    const expired = await findExpired(em, ids);
    const gone = inputs.findIndex(({ assetId }) => expired.has(assetId));
    if (gone >= 0) throw fileExpired("asset", `/inputs/${gone}/assetId`);
    const detail = "An input is no asset of yours.";
    throw new Problem({ status: 422, code: "unknown_asset", detail, errors: unknown });
  }
  return found.filter((one) => one !== undefined);
}

function refuseMistakes(errors: ReturnType<typeof checkGeneration>): void {
  const [first] = errors;
  if (!first) return;
  throw new Problem({ status: 422, code: "invalid_request", detail: first.detail, errors });
}
