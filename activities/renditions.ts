import { LockMode } from "@mikro-orm/core";
import { ApplicationFailure } from "@temporalio/activity";
import { Asset, Post, Rendition, Target } from "#db/entities/index.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import type { TargetRendition } from "#db/entities/target.ts";
import { partsOf, removeFreeRenditions } from "#db/post-changes.ts";
import { MediaError } from "#domain/errors.ts";
import { targetMachine } from "#domain/states.ts";
import { carouselLimits } from "#media/carousel-limits.ts";
import type { PlatformLimits } from "#platforms/contract.ts";
import type { PostIds } from "#workflows/ids.ts";
import type { RenditionActivities, RenditionUse } from "#workflows/post-steps.ts";
import type { EarlierRenditionActivities } from "#workflows/previous/make-renditions.ts";
import type { UnfitTarget } from "#workflows/unfit-target.ts";
import type { ActivityDeps } from "./deps.ts";
import { orGone } from "./lib/find-or-gone.ts";
import { renditionsOf, type WantedRendition } from "./lib/renditions-of.ts";
import { showPreparing } from "./lib/show-preparing.ts";
import { withHeartbeat } from "./lib/with-heartbeat.ts";

type Order = PostIds & { assetId: string; version: number; uses: RenditionUse[] };

/** What `publishPost` asks of the media queue, as it is now and as runs that began before ask it. */
export function createRenditionActivities(
  deps: ActivityDeps,
): RenditionActivities & EarlierRenditionActivities {
  return {
    makeAssetRenditions: (order) => prepareAsset(deps, order),

    async makeTargetRendition({ targetId, part, ...order }) {
      const use = { targetId, ...(part === undefined ? {} : { part }) };
      const { unfit } = await prepareAsset(deps, { ...order, uses: [use] });
      const [why] = unfit;
      return why ? { kind: "unfit", code: why.code, detail: why.detail } : { kind: "made" };
    },
  };
}

async function prepareAsset(deps: ActivityDeps, order: Order): Promise<{ unfit: UnfitTarget[] }> {
  const { assetId, version, uses, ...ids } = order;
  const em = inWorkspace(deps.orm, ids.workspaceId);
  const post = orGone(await em.findOne(Post, { id: ids.postId }), "post");
  // An edit came meanwhile: what it asks for is another order.
  if (post.version !== version) return { unfit: [] };
  const targets = await em.find(Target, {
    id: { $in: uses.map(({ targetId }) => targetId) },
    postId: post.id,
  });
  // Of what was cancelled nothing is needed.
  const open = uses.flatMap((use) => {
    const target = targets.find(({ id }) => id === use.targetId);
    return target && !targetMachine.isFinal(target.status) ? [{ ...use, target }] : [];
  });
  const asset = await em.findOne(Asset, { id: assetId });
  if (!asset || asset.status !== "ready")
    return { unfit: open.map(({ targetId }) => ({ targetId, ...assetMissing })) };

  const wanted: WantedRendition[] = [];
  for (const { target, part = 0 } of open) {
    const assets = partsOf(post, target)[part]?.assets ?? [];
    const limits = await limitsOf(deps, { em, target, assets });
    // An animated image travels as a video only when it goes alone.
    wanted.push({ limits, choice: assets.length > 1 ? { animated: "still" } : {} });
  }
  const preparing = showPreparing(deps, { ...ids, targetIds: open.map((one) => one.targetId) });
  let done = 0;
  const onProgress = (fraction: number) => {
    done = fraction;
    preparing.tell(fraction);
  };
  const results = await withHeartbeat(
    (signal) =>
      renditionsOf({ deps, asset, wanted, signal, onProgress }).finally(() => preparing.settled()),
    () => ({ fraction: done }),
  );
  const made = open.flatMap(({ targetId, part = 0 }, index) => {
    const one = results[index];
    return one instanceof MediaError || !one ? [] : [{ targetId, part, renditionId: one.id }];
  });
  const tooLate = await noteOnTargets({ deps, ids, version, assetId, made });
  for (const key of tooLate) await deps.storage.delete(key);
  const unfit = open.flatMap(({ targetId }, index) => {
    const why = results[index];
    return why instanceof MediaError ? [{ targetId, code: why.code, detail: why.message }] : [];
  });
  return { unfit };
}

const assetMissing = {
  code: "asset_missing",
  detail: "A media file of this post was removed.",
};

/** What the platform takes; of images that go out together, where it wants so, all have the shape of the first. */
async function limitsOf(
  deps: ActivityDeps,
  { em, target, assets }: { em: EntityManager; target: Target; assets: { id: string }[] },
): Promise<PlatformLimits> {
  const platform = deps.platforms.get(target.platform);
  if (!platform)
    throw ApplicationFailure.nonRetryable(
      `the platform ${target.platform} is not installed`,
      "gone",
    );
  const { limits } = platform.manifest;
  if (!limits.images?.sameRatio || assets.length < 2) return limits;
  const rows = await em.find(Asset, { id: { $in: assets.map(({ id }) => id) }, kind: "image" });
  const first = assets.flatMap(({ id }) => rows.find((row) => row.id === id) ?? [])[0];
  if (!first?.width || !first.height) return limits;
  return carouselLimits({ limits, first: { width: first.width, height: first.height } });
}

interface Made {
  targetId: string;
  part: number;
  renditionId: string;
}

/**
 * Puts the renditions in their places among the targets' media: the order is that of the assets. What was made for a
 * target that was cancelled meanwhile is removed unless something else needs it; returns the blobs to delete then.
 */
async function noteOnTargets(input: {
  deps: ActivityDeps;
  ids: PostIds;
  version: number;
  assetId: string;
  made: Made[];
}): Promise<string[]> {
  const { deps, ids, version, assetId, made } = input;
  if (made.length === 0) return [];
  return inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    const post = orGone(
      await em.findOne(Post, { id: ids.postId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
      "post",
    );
    const targets = new Map(
      (await em.find(Target, { id: { $in: made.map(({ targetId }) => targetId) } })).map(
        (target) => [target.id, target],
      ),
    );
    const over = (targetId: string) => {
      const target = targets.get(targetId);
      return target !== undefined && targetMachine.isFinal(target.status);
    };
    const wanted =
      post.version === version
        ? made.filter(({ targetId }) => targets.has(targetId) && !over(targetId))
        : [];
    await hold(em, wanted);
    for (const one of wanted) note({ post, target: targets.get(one.targetId), assetId, made: one });
    await em.flush();
    const kept = new Set(wanted.map(({ renditionId }) => renditionId));
    const free = made.filter((one) => over(one.targetId) && !kept.has(one.renditionId));
    return removeFreeRenditions(em, [...new Set(free.map(({ renditionId }) => renditionId))]);
  });
}

/** Holds them until they are noted: another post's cancellation may be removing what nobody seems to need. */
async function hold(em: EntityManager, made: Made[]): Promise<void> {
  const ids = [...new Set(made.map(({ renditionId }) => renditionId))];
  if (ids.length === 0) return;
  const held = await em.find(
    Rendition,
    { id: { $in: ids } },
    { lockMode: LockMode.PESSIMISTIC_READ, orderBy: { id: "asc" } },
  );
  if (held.length < ids.length)
    throw new Error("a rendition was removed meanwhile; it is made anew");
}

function note(input: {
  post: Post;
  target: Target | undefined;
  assetId: string;
  made: Made;
}): void {
  const { post, target, assetId } = input;
  if (!target) return;
  const key = (part: number, id: string) => `${part}/${id}`;
  const known = new Map(
    (target.renditions ?? []).map((one) => [key(one.part ?? 0, one.assetId), one.renditionId]),
  );
  known.set(key(input.made.part, assetId), input.made.renditionId);
  if (target.waiting?.reason === "rendition") target.waiting = null;
  target.renditions = partsOf(post, target).flatMap(({ part, assets }) =>
    assets.flatMap((asset): TargetRendition[] => {
      const renditionId = known.get(key(part, asset.id));
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
}
