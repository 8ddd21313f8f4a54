import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Asset, Post, Rendition, Target } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { digitalSourceIn } from "#media/mark-generated.ts";
import type { Platform, PlatformLimits } from "#platforms/contract.ts";
import type { BlobStore } from "#storage/contract.ts";
import { person, type Caller } from "#test/api/callers.ts";
import { addChannel } from "#test/api/rows.ts";
import { activityDeps, runActivity } from "#test/harness/activity-deps.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import type { ActivityDeps } from "./deps.ts";
import { showPreparing } from "./lib/show-preparing.ts";
import { createRenditionActivities } from "./renditions.ts";

let api: TestApi;
let owner: Caller;
let deps: ActivityDeps;
let channels: string[];
/** The blobs that were read since the test began. */
let read: string[];

beforeAll(async () => {
  api = await startApi();
  const { storage } = api.context;
  const toFile: BlobStore["toFile"] = (input) => {
    read.push(input.key);
    return storage.toFile(input);
  };
  deps = await activityDeps(api, {
    storage: Object.assign(Object.create(storage) as BlobStore, { toFile }),
  });
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  owner = await person(api);
  channels = [];
  for (const platform of ["sandbox", "bluesky", "sandbox"])
    channels.push((await addChannel(api, owner.workspaceId, platform)).channelId);
  read = [];
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);

const picture = (size = { width: 90, height: 60 }, background = "teal") =>
  sharp({ create: { ...size, channels: 3, background } })
    .png()
    .toBuffer();

async function upload(data: Buffer): Promise<Asset> {
  const answer = await owner.upload("/v1/assets", [{ name: "harbour.png", data }]);
  expect(answer.statusCode, answer.body).toBe(201);
  return db().findOneOrFail(Asset, { id: answer.json<{ id: string }>().id });
}

interface Order {
  workspaceId: string;
  postId: string;
  version: number;
  targetIds: string[];
}

/** A post with these assets on each of the channels. */
async function postOf(...assets: Asset[]): Promise<Order> {
  const answer = await owner.call("POST", "/v1/posts", {
    body: {
      content: { text: "Ahoy" },
      assets: assets.map(({ id }) => ({ id, altText: "A harbour" })),
      targets: channels.map((channelId) => ({ channelId })),
    },
  });
  expect(answer.statusCode, answer.body).toBe(202);
  const postId = answer.json<{ id: string }>().id;
  const { version } = await db().findOneOrFail(Post, { id: postId });
  const targets = await db().find(Target, { postId }, { orderBy: { position: "asc" } });
  return {
    workspaceId: owner.workspaceId,
    postId,
    version,
    targetIds: targets.map(({ id }) => id),
  };
}

function make({ targetIds, ...ids }: Order, { id: assetId }: Asset, using = deps) {
  const uses = targetIds.map((targetId) => ({ targetId }));
  const { makeAssetRenditions } = createRenditionActivities(using);
  return runActivity(makeAssetRenditions, { ...ids, assetId, uses });
}

const notedOn = async ({ targetIds }: Order) =>
  (await db().find(Target, { id: { $in: targetIds } }, { orderBy: { position: "asc" } })).map(
    ({ renditions }) => renditions,
  );
const madeOf = ({ id }: Asset) =>
  db().find(Rendition, { assetId: id }, { orderBy: { recipe: "asc" } });

/** With other limits of a platform. */
function limited(name: string, change: (limits: PlatformLimits) => PlatformLimits): ActivityDeps {
  const platform = deps.platforms.get(name) as Platform;
  const limits = change(platform.manifest.limits);
  const changed = { ...platform, manifest: { ...platform.manifest, limits } };
  return { ...deps, platforms: new Map(deps.platforms).set(name, changed) };
}

describe("the renditions of an asset", () => {
  it("are all made of one reading, and kept for the next post", async () => {
    const asset = await upload(await picture());
    const order = await postOf(asset);
    expect(await make(order, asset)).toEqual({ unfit: [] });
    expect(read).toEqual([asset.blobKey]);
    // Two platforms, three targets.
    const made = await madeOf(asset);
    expect(made).toHaveLength(2);
    const [one, two, three] = await notedOn(order);
    expect(one).toMatchObject([{ assetId: asset.id, altText: "A harbour" }]);
    expect(three).toEqual(one);
    expect(two).not.toEqual(one);
    const next = await postOf(asset);
    expect(await make(next, asset)).toEqual({ unfit: [] });
    expect(await make(order, asset)).toEqual({ unfit: [] });
    expect(read).toHaveLength(1);
    expect(await notedOn(next)).toEqual([one, two, three]);
  });

  it("serve another upload of the same file as well, as its own", async () => {
    const [first, second] = [await upload(await picture()), await upload(await picture())];
    expect(second.sha256).toBe(first.sha256);
    await make(await postOf(first), first);
    const [made, before] = [await madeOf(first), read.length];
    const order = await postOf(second);
    expect(await make(order, second)).toEqual({ unfit: [] });
    const copies = await madeOf(second);
    expect(read.slice(before).toSorted()).toEqual(made.map(({ blobKey }) => blobKey).toSorted());
    expect(copies.map(({ recipe, sha256 }) => ({ recipe, sha256 }))).toEqual(
      made.map(({ recipe, sha256 }) => ({ recipe, sha256 })),
    );
    // Removing one takes nothing from the other.
    expect(new Set([...made, ...copies].map(({ blobKey }) => blobKey)).size).toBe(4);
  });

  it("are made anew where those of the same file are gone", async () => {
    const [first, second] = [await upload(await picture()), await upload(await picture())];
    await make(await postOf(first), first);
    for (const { blobKey } of await madeOf(first)) await api.context.storage.delete(blobKey);
    expect(await make(await postOf(second), second)).toEqual({ unfit: [] });
    expect(read.at(-1)).toBe(second.blobKey);
    expect(await madeOf(second)).toHaveLength(2);
  });

  it("are one of each and leave no bytes behind, though two make them at once", async () => {
    const asset = await upload(await picture());
    const [one, two] = [await postOf(asset), await postOf(asset)];
    await Promise.all([make(one, asset), make(two, asset)]);
    const keys: string[] = [];
    const kept = api.context.storage.list(`${owner.workspaceId}/renditions/`);
    for await (const key of kept) keys.push(key);
    expect(keys).toEqual((await madeOf(asset)).map(({ blobKey }) => blobKey).toSorted());
    expect(await notedOn(one)).toEqual(await notedOn(two));
  });

  it("fail only those targets that can't have one", async () => {
    const asset = await upload(await picture());
    const order = await postOf(asset);
    const { images: _none, ...rest } = (deps.platforms.get("bluesky") as Platform).manifest.limits;
    expect(
      await make(
        order,
        asset,
        limited("bluesky", () => rest),
      ),
    ).toEqual({
      unfit: [
        {
          targetId: order.targetIds[1],
          code: "not_supported_by_platform",
          detail: "the platform takes no image",
        },
      ],
    });
    const [one, two, three] = await notedOn(order);
    expect([one?.length, two, three?.length]).toEqual([1, null, 1]);
  });

  it("say so when the file is gone, and need it no more once they are there", async () => {
    const [made, gone] = [
      await upload(await picture()),
      await upload(await picture(undefined, "tan")),
    ];
    await make(await postOf(made), made);
    for (const { blobKey } of [made, gone]) await api.context.storage.delete(blobKey);
    expect(await make(await postOf(made), made)).toEqual({ unfit: [] });
    const { unfit } = await make(await postOf(gone), gone);
    expect(unfit.map(({ code }) => code)).toEqual(Array(3).fill("asset_missing"));
  });

  it("are not made for a version that was replaced, nor for what was cancelled", async () => {
    const asset = await upload(await picture());
    const order = await postOf(asset);
    expect(await make({ ...order, version: 7 }, asset)).toEqual({ unfit: [] });
    await db().nativeUpdate(Target, { id: { $in: order.targetIds } }, { status: "cancelled" });
    expect(await make(order, asset)).toEqual({ unfit: [] });
    expect(read).toEqual([]);
    expect(await notedOn(order)).toEqual([null, null, null]);
  });

  it("have one shape in a set, where the platform wants that", async () => {
    const wide = await upload(await picture({ width: 160, height: 90 }));
    const high = await upload(await picture({ width: 90, height: 160 }));
    const order = await postOf(wide, high);
    const using = limited("sandbox", (limits) => ({
      ...limits,
      ...(limits.images && { images: { ...limits.images, sameRatio: true } }),
    }));
    for (const asset of [high, wide]) await make(order, asset, using);
    const [one, two] = await notedOn(order);
    expect(one?.map(({ assetId }) => assetId)).toEqual([wide.id, high.id]);
    const shapes = async (noted: typeof one) =>
      Promise.all(
        (noted ?? []).map(async ({ renditionId }) => {
          const { width, height } = await db().findOneOrFail(Rendition, { id: renditionId });
          return Math.round((width / height) * 10) / 10;
        }),
      );
    expect(await shapes(one)).toEqual([1.8, 1.8]);
    expect(await shapes(two)).toEqual([1.8, 0.6]);
  });

  it("are marked where a model made the asset, whatever its file says", async () => {
    const asset = await upload(await picture());
    const digitalSource = "compositeWithTrainedAlgorithmicMedia";
    await db().nativeUpdate(Asset, { id: asset.id }, { digitalSource });
    await make(await postOf(asset), asset);
    for (const { blobKey, recipe } of await madeOf(asset)) {
      expect(recipe).toContain(digitalSource);
      const data = await new Response(await api.context.storage.open(blobKey)).arrayBuffer();
      const { xmp } = await sharp(Buffer.from(data)).metadata();
      expect(digitalSourceIn(xmp?.toString() ?? "")).toBe(digitalSource);
    }
  });

  it("are made as earlier stories ask for them, one target at a time", async () => {
    const asset = await upload(await picture());
    const { targetIds, ...order } = await postOf(asset);
    const { makeTargetRendition } = createRenditionActivities(deps);
    for (const targetId of targetIds)
      expect(
        await runActivity(makeTargetRendition, { ...order, targetId, assetId: asset.id }),
      ).toEqual({ kind: "made" });
    expect(await madeOf(asset)).toHaveLength(2);
  });
});

describe("how far they are", () => {
  const waiting = async ({ postId }: Order) =>
    (await owner.call("GET", `/v1/posts/${postId}`))
      .json<{ targets: { waitingFor: { reason: string; progress?: number } | null }[] }>()
      .targets.map(({ waitingFor }) => waitingFor);

  it("is shown on the targets until they are there", async () => {
    const asset = await upload(await picture());
    const order = await postOf(asset);
    const [first = "", , third = ""] = order.targetIds;
    await db().nativeUpdate(Target, { id: third }, { status: "cancelled" });
    const preparing = showPreparing(deps, { ...order, targetIds: [first, third] });
    preparing.tell(0.05);
    await preparing.settled();
    expect((await waiting(order))[0]).not.toHaveProperty("progress");
    preparing.tell(0.4);
    // Not even begun while the one before is written.
    preparing.tell(0.9);
    await preparing.settled();
    const [one, two, three] = await waiting(order);
    expect(one).toMatchObject({ reason: "rendition", progress: 0.4 });
    expect(one).toHaveProperty("detail", "Its media is made to fit the platform: 40 %.");
    expect(two).not.toHaveProperty("progress");
    expect(three).toBeNull();
    await make(order, asset);
    expect((await waiting(order))[0]).not.toHaveProperty("progress");
  });
});
