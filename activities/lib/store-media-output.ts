import { Asset, type Generation } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import { digitalSourceOf, type DigitalSource } from "#domain/digital-source.ts";
import type { OutputIds } from "#workflows/make-output.ts";
import type { ActivityDeps } from "../deps.ts";
import { storeAnswer } from "./call-ledger.ts";
import { storeGeneratedMedia, type MadeMedia } from "./store-generated-media.ts";

/**
 * Makes an asset of what was made, and the answer of its call of it, in one transaction; bytes that nobody wants any more
 * are removed. Throws as `storeGeneratedMedia` does.
 */
export async function storeMediaOutput(
  deps: ActivityDeps,
  input: {
    ids: OutputIds;
    generation: Generation;
    made: MadeMedia;
    /** Whether it only stands for what a model would make. */
    offlineOutput: boolean;
    signal: AbortSignal;
  },
): Promise<void> {
  const { ids, generation, made, offlineOutput, signal } = input;
  const { kind, workspaceId } = generation;
  if (kind === "text") throw new Error("a text is no media");
  const digitalSource = await sourceOf(deps, generation);
  const asset = await storeGeneratedMedia({
    deps,
    workspaceId,
    kind,
    made,
    digitalSource,
    signal,
  });
  const row = { ...asset, generationId: generation.id, offlineOutput };
  const stored = await storeAnswer(deps, ids, {
    output: { assetId: asset.id },
    insert: (em) => insertRow(em, Asset, row),
  });
  if (!stored) await deps.storage.delete(asset.blobKey);
}

/** By what the assets are that it was made from; one that is not there any more may have been anything. */
async function sourceOf(
  deps: ActivityDeps,
  { workspaceId, task, inputs }: Generation,
): Promise<DigitalSource | null> {
  const ids = inputs.map(({ assetId }) => assetId);
  const assets =
    ids.length === 0
      ? []
      : await inWorkspace(deps.orm, workspaceId).find(Asset, { id: { $in: ids } });
  const known = new Map(assets.map((asset) => [asset.id, asset.digitalSource ?? null]));
  return digitalSourceOf({
    task,
    inputs: inputs.map(({ role, assetId }) => ({
      role,
      digitalSource: known.get(assetId) ?? null,
    })),
  });
}
