import {
  patched,
  proxyActivities,
  setCurrentDetails,
  upsertSearchAttributes,
} from "@temporalio/workflow";
import type { PostMove, RenditionOrder } from "#domain/next-post-move.ts";
import { renditionOptions, searchAttributes } from "#temporal.config";
import type { PostIds } from "./ids.ts";
import { makeRenditionsBefore } from "./previous/make-renditions.ts";
import { unfitUnlessCancelled, type MissingRenditions, type UnfitTarget } from "./unfit-target.ts";

/** Where an asset goes out: a target, and a part of it. */
export type RenditionUse = Omit<RenditionOrder, "assetId">;

/** Activities that this story needs of the media queue. */
export interface RenditionActivities {
  /**
   * Makes the versions of an asset that targets take, reading it once for all of them; the same ones twice makes them
   * once. Names the targets that can't have theirs.
   */
  makeAssetRenditions(
    input: PostIds & { assetId: string; version: number; uses: RenditionUse[] },
  ): Promise<{ unfit: UnfitTarget[] }>;
}

const readsAssetsOnce = "publish-post/reads-assets-once";

/** Makes what is missing, asset by asset; a target whose media can't be made to fit fails alone. */
export async function makeRenditions(input: MissingRenditions): Promise<void> {
  if (!patched(readsAssetsOnce)) return makeRenditionsBefore(input);
  const { ids, move, activities } = input;
  const { makeAssetRenditions } = proxyActivities<RenditionActivities>({ ...renditionOptions });
  const orders = Map.groupBy(move.renditions, ({ assetId }) => assetId);
  await Promise.all(
    [...orders].map(async ([assetId, ordered]) => {
      const uses = ordered.map(({ assetId: _same, ...use }) => use);
      const { unfit } = await makeAssetRenditions
        .executeWithOptions({ summary: summaryOf(assetId, uses) }, [
          { ...ids, assetId, version: move.version, uses },
        ])
        .catch((error: unknown) => {
          const why = unfitUnlessCancelled(error);
          return { unfit: uses.map(({ targetId }) => ({ targetId, ...why })) };
        });
      for (const target of unfit) await activities.failTarget({ ...ids, ...target });
    }),
  );
}

function summaryOf(assetId: string, uses: RenditionUse[]): string {
  const targets = new Set(uses.map(({ targetId }) => targetId)).size;
  return `make the renditions of asset ${assetId} for ${targets} target${targets === 1 ? "" : "s"}`;
}

const words: Record<PostMove["kind"], string> = {
  prepare: "Preparing the media",
  await_approval: "Waiting for approval",
  await_due: "Waiting for the due time",
  await_connection: "Blocked until the account is connected again",
  deliver: "Publishing",
  done: "Done",
};

/** Shows in the Temporal UI what the post does, or waits for. */
export function tellOperators(move: PostMove): void {
  const until = "until" in move ? ` until ${new Date(move.until).toISOString()}` : "";
  const outcome = move.kind === "done" ? `: ${move.status}` : "";
  setCurrentDetails(`${words[move.kind]}${until}${outcome}.`);
  upsertSearchAttributes([
    { key: searchAttributes.stage, value: move.kind === "done" ? move.status : move.kind },
    ...(move.kind === "deliver" ? [{ key: searchAttributes.platform, value: move.platforms }] : []),
  ]);
}
