import { LockMode } from "@mikro-orm/core";
import { ApplicationFailure, Context } from "@temporalio/activity";
import { join } from "node:path";
import { Asset, Post, Rendition, Target } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRowOnce } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import type { TargetRendition } from "#db/entities/target.ts";
import { partsOf, removeFreeRenditions } from "#db/post-changes.ts";
import { MediaError } from "#domain/errors.ts";
import { targetMachine } from "#domain/states.ts";
import { makeRendition, recipeFor, type RenditionChoice } from "#media/make-rendition.ts";
import { probe } from "#media/probe.ts";
import { withTempFolder } from "#media/with-temp-folder.ts";
import type { RenditionActivities } from "#workflows/post-steps.ts";
import type { ActivityDeps } from "./deps.ts";
import { orGone } from "./lib/find-or-gone.ts";
import { withHeartbeat } from "./lib/with-heartbeat.ts";

/** What `publishPost` asks of the media queue. */
export function createRenditionActivities(deps: ActivityDeps): RenditionActivities {
  return {
    async makeTargetRendition({ targetId, assetId, version, part = 0, ...ids }) {
      const em = inWorkspace(deps.orm, ids.workspaceId);
      const post = orGone(await em.findOne(Post, { id: ids.postId }), "post");
      const target = await em.findOne(Target, { id: targetId, postId: post.id });
      // An edit came meanwhile: what it asks for is another order. Of what was cancelled nothing is needed.
      if (post.version !== version || !target || targetMachine.isFinal(target.status))
        return { kind: "made" };
      const asset = await em.findOne(Asset, { id: assetId });
      if (!asset || asset.status !== "ready") {
        return {
          kind: "unfit",
          code: "asset_missing",
          detail: "A media file of this post was removed.",
        };
      }
      const platform = deps.platforms.get(target.platform);
      if (!platform)
        throw ApplicationFailure.nonRetryable(
          `the platform ${target.platform} is not installed`,
          "gone",
        );
      try {
        const rendition = await withHeartbeat((signal) =>
          renditionOf({
            deps,
            asset,
            limits: platform.manifest.limits,
            choice: choiceFor(post, target, part),
            signal,
          }),
        );
        const tooLate = await noteOnTarget({
          deps,
          ids,
          targetId,
          version,
          part,
          assetId,
          renditionId: rendition.id,
        });
        for (const key of tooLate) await deps.storage.delete(key);
        return { kind: "made" };
      } catch (error) {
        if (error instanceof MediaError)
          return { kind: "unfit", code: error.code, detail: error.message };
        throw error;
      }
    },
  };
}

/** An animated image travels as a video only when it goes alone. */
function choiceFor(post: Post, target: Target, part: number): RenditionChoice {
  const assets = partsOf(post, target)[part]?.assets ?? [];
  return assets.length > 1 ? { animated: "still" } : {};
}

async function renditionOf(input: {
  deps: ActivityDeps;
  asset: Asset;
  limits: Parameters<typeof recipeFor>[0];
  choice: RenditionChoice;
  signal: AbortSignal;
}): Promise<Rendition> {
  const { deps, asset, limits, choice, signal } = input;
  return withTempFolder(async (folder) => {
    const em = inWorkspace(deps.orm, asset.workspaceId);
    const path = join(folder, "source");
    await deps.storage.toFile({ key: asset.blobKey, filePath: path, signal });
    const facts = await probe({ path, ffprobePath: deps.ffprobePath, signal });
    const known = await em.findOne(Rendition, {
      assetId: asset.id,
      recipe: recipeFor(limits, facts, choice),
    });
    if (known) return known;
    const context = Context.current();
    const made = await makeRendition({
      source: { path, probe: facts },
      limits,
      ...choice,
      workDir: folder,
      ffmpegPath: deps.ffmpegPath,
      ffprobePath: deps.ffprobePath,
      signal,
      onProgress: (fraction) => context.heartbeat({ fraction }),
    });
    // A key of its own for each try: a try that lost the race below never overwrites the winner's bytes.
    const blobKey = `${asset.workspaceId}/renditions/${newId()}`;
    await deps.storage.putFile({
      key: blobKey,
      filePath: made.path,
      contentType: made.contentType,
      signal,
    });
    const row = {
      workspaceId: asset.workspaceId,
      assetId: asset.id,
      recipe: made.recipe,
      kind: made.kind,
      contentType: made.contentType,
      bytes: made.bytes,
      sha256: made.sha256,
      width: made.width,
      height: made.height,
      durationSeconds: made.durationSeconds ?? null,
      blobKey,
    };
    await insertRowOnce(em, Rendition, row, ["assetId", "recipe"]);
    const stored = orGone(
      await em.findOne(Rendition, { assetId: asset.id, recipe: made.recipe }),
      "rendition",
    );
    if (stored.blobKey !== blobKey) await deps.storage.delete(blobKey);
    return stored;
  });
}

/**
 * Puts the rendition in its place among the target's media: the order is that of the assets. Where the target was cancelled
 * meanwhile, it is removed unless another post needs it; returns the blobs to delete then.
 */
async function noteOnTarget(input: {
  deps: ActivityDeps;
  ids: { workspaceId: string; postId: string };
  targetId: string;
  version: number;
  part: number;
  assetId: string;
  renditionId: string;
}): Promise<string[]> {
  return inWorkspace(input.deps.orm, input.ids.workspaceId).transactional(async (em) => {
    const post = orGone(
      await em.findOne(Post, { id: input.ids.postId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
      "post",
    );
    const target = await em.findOne(Target, { id: input.targetId });
    if (target && targetMachine.isFinal(target.status))
      return removeFreeRenditions(em, [input.renditionId]);
    if (post.version !== input.version || !target) return [];
    // Held until it is noted: another post's cancellation may be removing what nobody seems to need.
    const held = await em.findOne(
      Rendition,
      { id: input.renditionId },
      { lockMode: LockMode.PESSIMISTIC_READ },
    );
    if (!held) throw new Error("the rendition was removed meanwhile; it is made anew");
    const key = (part: number, assetId: string) => `${part}/${assetId}`;
    const made = new Map(
      (target.renditions ?? []).map((one) => [key(one.part ?? 0, one.assetId), one.renditionId]),
    );
    made.set(key(input.part, input.assetId), input.renditionId);
    target.renditions = partsOf(post, target).flatMap(({ part, assets }) =>
      assets.flatMap((asset): TargetRendition[] => {
        const renditionId = made.get(key(part, asset.id));
        if (!renditionId) return [];
        return [
          {
            assetId: asset.id,
            renditionId,
            ...(asset.altText ? { altText: asset.altText } : {}),
            ...(part > 0 ? { part } : {}),
          },
        ];
      }),
    );
    return [];
  });
}
