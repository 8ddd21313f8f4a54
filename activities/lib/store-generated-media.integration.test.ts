import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { MediaError } from "#domain/errors.ts";
import { xmpOf } from "#media/mark-generated.ts";
import {
  makeClip,
  makeScript,
  makeWithFfmpeg,
  pngBomb,
  testFolder,
  tools,
} from "#media/media-fixtures.ts";
import { activityDeps } from "#test/harness/activity-deps.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import type { ActivityDeps } from "../deps.ts";
import { ModelAnswerError } from "./classify-model-error.ts";
import { storeGeneratedMedia, type MadeMedia } from "./store-generated-media.ts";

const workspaceId = "0190a000-0000-7000-8000-000000000001";
const made = "trainedAlgorithmicMedia";

let api: TestApi;
let deps: ActivityDeps;

beforeAll(async () => {
  api = await startApi();
  deps = await activityDeps(api);
});

afterAll(async () => {
  await api?.close();
});

async function store(
  kind: "image" | "audio" | "video",
  media: MadeMedia,
  overrides: Partial<ActivityDeps> = {},
) {
  const asset = await storeGeneratedMedia({
    deps: { ...deps, ...overrides },
    workspaceId,
    kind,
    made: media,
    digitalSource: made,
    signal: new AbortController().signal,
  });
  const data = await new Response(await deps.storage.open(asset.blobKey)).bytes();
  return { asset, data: Buffer.from(data) };
}

it("decodes a picture in another process alone, and stores it marked and without what else was in it", async () => {
  const picture = await sharp({
    create: { width: 60, height: 40, channels: 3, background: "teal" },
  })
    .withExif({ IFD0: { Copyright: "SecretName" } })
    .jpeg()
    .toBuffer();
  const decoded = vi.fn();
  sharp.queue.on("change", decoded);
  const { asset, data } = await store("image", { data: picture });
  sharp.queue.off("change", decoded);
  expect(decoded).not.toHaveBeenCalled();
  expect(asset).toMatchObject({
    kind: "image",
    contentType: "image/jpeg",
    bytes: data.length,
    width: 60,
    height: 40,
    digitalSource: made,
  });
  expect((await sharp(data).metadata()).xmp?.toString()).toBe(xmpOf(made));
  expect(data.includes("SecretName")).toBe(false);
});

it("looks into a video from another process alone, and marks it", async () => {
  const folder = testFolder();
  const path = await makeClip(join(folder, "a.mp4"), { options: ["-metadata title=SecretTitle"] });
  const log = join(folder, "parents");
  const spy = await makeScript(
    join(folder, "ffprobe"),
    `tr '\\0' ' ' < /proc/$PPID/cmdline >> ${log}; echo >> ${log}; exec ${tools.ffprobePath} "$@"`,
  );
  const { asset, data } = await store("video", { path }, { ffprobePath: spy });
  const parents = (await readFile(log, "utf8")).trim().split("\n");
  expect(parents.length).toBeGreaterThan(0);
  for (const parent of parents) expect(parent).toContain("probe-child.ts");
  expect(asset).toMatchObject({ kind: "video", contentType: "video/mp4", bytes: data.length });
  expect(data.includes(xmpOf(made))).toBe(true);
  expect(data.includes("SecretTitle")).toBe(false);
});

it("stores sound as it came", async () => {
  const path = await makeWithFfmpeg(join(testFolder(), "a.mp3"), "-f lavfi -i sine=440 -t 1");
  const { asset, data } = await store("audio", { path });
  expect(asset).toMatchObject({ kind: "audio", contentType: "audio/mpeg", width: null });
  expect(data.equals(await readFile(path))).toBe(true);
});

it("refuses what is of another kind, and what can't be read", async () => {
  const path = await makeWithFfmpeg(join(testFolder(), "a.mp3"), "-f lavfi -i sine=440 -t 1");
  await expect(store("image", { path })).rejects.toBeInstanceOf(ModelAnswerError);
  await expect(store("image", { data: pngBomb(30_000, 30_000) })).rejects.toMatchObject({
    name: MediaError.name,
    code: "too_many_pixels",
  });
  await expect(store("video", { data: Buffer.from("<html>") })).rejects.toBeInstanceOf(MediaError);
});
