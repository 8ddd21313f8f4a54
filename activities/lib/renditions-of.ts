import { join } from "node:path";
import { Asset, Rendition } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRowOnce } from "#db/insert-row.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { MediaError } from "#domain/errors.ts";
import { makeRenditions } from "#media/make-renditions.ts";
import { probe } from "#media/probe.ts";
import { recipeFor, type RecipeSource, type RenditionChoice } from "#media/recipe-for.ts";
import { withTempFolder } from "#media/with-temp-folder.ts";
import type { PlatformLimits } from "#platforms/contract.ts";
import { BlobNotFound } from "#storage/contract.ts";
import type { ActivityDeps } from "../deps.ts";
import { orGone } from "./find-or-gone.ts";

/** What a target takes, and what was chosen for it. */
export interface WantedRendition {
  limits: PlatformLimits;
  choice: RenditionChoice;
}

const assetMissing = { code: "asset_missing" };

interface Work {
  deps: ActivityDeps;
  asset: Asset;
  wanted: WantedRendition[];
  signal: AbortSignal;
  /** Hears how far what must be made is, 0…1. */
  onProgress: (fraction: number) => void;
}

/**
 * The renditions that targets take of an asset, or why there is none, in their order. What was made before is not made
 * again: of this asset, or of another of the workspace with the very same bytes, whose rendition is copied. All that is
 * missing is made from one reading of the file.
 *
 * A file that can't be read, or is gone, is why there are none of those that are missing. Throws the signal's reason.
 */
export async function renditionsOf(work: Work): Promise<(Rendition | MediaError)[]> {
  const { deps, asset, wanted } = work;
  const em = inWorkspace(deps.orm, asset.workspaceId);
  const recipes = wanted.map(({ limits, choice }) =>
    orWhyNot(() => recipeFor(limits, sourceOf(asset), choice)),
  );
  const found = new Map<string, Rendition | MediaError>();
  const missing = () => [
    ...new Set(recipes.filter((one): one is string => typeof one === "string" && !found.has(one))),
  ];
  for (const row of await em.find(Rendition, { assetId: asset.id, recipe: { $in: missing() } }))
    found.set(row.recipe, row);
  for (const row of await copyTwins(em, work, missing())) found.set(row.recipe, row);
  const toMake = missing();
  if (toMake.length > 0) {
    const targets = toMake.map((recipe) => wanted[recipes.indexOf(recipe)] as WantedRendition);
    const made = await make(em, work, targets).catch((error: unknown) => whyNone(error, targets));
    // By what the file was taken for beforehand: it is asked for by that name again.
    for (const [index, recipe] of toMake.entries()) {
      const one = made[index];
      if (one) found.set(recipe, one);
    }
  }
  return recipes.map((recipe) => {
    const one = typeof recipe === "string" ? found.get(recipe) : recipe;
    if (!one) throw new Error("a rendition was neither made nor refused");
    return one;
  });
}

/** The file's fault, which no other try would mend. */
function whyNone(error: unknown, targets: WantedRendition[]): MediaError[] {
  const gone = error instanceof BlobNotFound;
  const why = gone ? new MediaError("the file is not there any more", assetMissing) : error;
  if (why instanceof MediaError) return targets.map(() => why);
  throw error;
}

/** What a recipe depends on, as the row has it: only animated images last. */
function sourceOf({ kind, contentType, durationSeconds, digitalSource }: Asset): RecipeSource {
  return {
    kind,
    contentType,
    animated: kind === "image" && (durationSeconds ?? null) !== null,
    ...(durationSeconds ? { durationSeconds } : {}),
    ...(digitalSource ? { digitalSource } : {}),
  };
}

function orWhyNot<T>(work: () => T): T | MediaError {
  try {
    return work();
  } catch (error) {
    if (error instanceof MediaError) return error;
    throw error;
  }
}

/** What was made by these recipes of other assets with the same bytes, copied for this one. */
async function copyTwins(em: EntityManager, work: Work, recipes: string[]): Promise<Rendition[]> {
  const { deps, asset, signal } = work;
  if (recipes.length === 0) return [];
  const twins = await em.find(
    Asset,
    { sha256: asset.sha256, id: { $ne: asset.id } },
    { fields: ["id"], limit: 50 },
  );
  if (twins.length === 0) return [];
  const theirs = await em.find(
    Rendition,
    { assetId: { $in: twins.map(({ id }) => id) }, recipe: { $in: recipes } },
    { orderBy: { id: "desc" } },
  );
  const copied = new Map<string, Rendition>();
  for (const twin of theirs) {
    if (copied.has(twin.recipe)) continue;
    const copy = await withTempFolder(async (folder) => {
      const path = join(folder, "twin");
      try {
        await deps.storage.toFile({ key: twin.blobKey, filePath: path, signal });
      } catch (error) {
        // Its time was over; it is made anew.
        if (error instanceof BlobNotFound) return undefined;
        throw error;
      }
      return keep(em, work, { ...factsOf(twin), path });
    });
    if (copy) copied.set(copy.recipe, copy);
  }
  return [...copied.values()];
}

async function make(
  em: EntityManager,
  work: Work,
  targets: WantedRendition[],
): Promise<(Rendition | MediaError)[]> {
  const { deps, asset, signal, onProgress } = work;
  const { ffmpegPath, ffprobePath } = deps;
  const { digitalSource } = asset;
  return withTempFolder(async (folder) => {
    const path = join(folder, "source");
    await deps.storage.toFile({ key: asset.blobKey, filePath: path, signal });
    const facts = await probe({ path, ffprobePath, signal });
    const made = await makeRenditions({
      // Not every type of file has a place for the mark.
      source: { path, probe: { ...facts, ...(digitalSource ? { digitalSource } : {}) } },
      targets: targets.map(({ limits, choice }) => ({ limits, ...choice })),
      workDir: folder,
      ffmpegPath,
      ffprobePath,
      signal,
      onProgress,
    });
    const kept = new Map<string, Rendition>();
    for (const one of made) {
      if (one instanceof MediaError || kept.has(one.recipe)) continue;
      kept.set(one.recipe, await keep(em, work, one));
    }
    return made.map((one) =>
      one instanceof MediaError ? one : orGone(kept.get(one.recipe), "rendition"),
    );
  });
}

type Facts = Pick<
  Rendition,
  "recipe" | "kind" | "contentType" | "bytes" | "sha256" | "width" | "height"
> & { durationSeconds?: number | null | undefined };

function factsOf(row: Rendition): Facts {
  const { recipe, kind, contentType, bytes, sha256, width, height, durationSeconds } = row;
  return { recipe, kind, contentType, bytes, sha256, width, height, durationSeconds };
}

/** Stores a rendition's bytes and its row; where somebody else was quicker, theirs is the one. */
async function keep(
  em: EntityManager,
  { deps, asset, signal }: Work,
  made: Facts & { path: string },
): Promise<Rendition> {
  // A key of its own for each try: a try that lost the race below never overwrites the winner's bytes.
  const blobKey = `${asset.workspaceId}/renditions/${newId()}`;
  const { recipe, kind, contentType, bytes, sha256, width, height } = made;
  await deps.storage.putFile({ key: blobKey, filePath: made.path, contentType, signal });
  const row = {
    ...{ recipe, kind, contentType, bytes, sha256, width, height },
    workspaceId: asset.workspaceId,
    assetId: asset.id,
    durationSeconds: made.durationSeconds ?? null,
    blobKey,
  };
  await insertRowOnce(em, Rendition, row, ["assetId", "recipe"]);
  const stored = orGone(await em.findOne(Rendition, { assetId: asset.id, recipe }), "rendition");
  if (stored.blobKey !== blobKey) await deps.storage.delete(blobKey);
  return stored;
}
