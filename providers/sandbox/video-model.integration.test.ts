import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { APICallError, InvalidArgumentError, type JSONValue } from "@ai-sdk/provider";
import {
  experimental_getVideoStatus as getStatus,
  experimental_startVideo as startVideo,
} from "ai";
import sharp from "sharp";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { makeClip, makeWithFfmpeg, testFolder, tools } from "#media/media-fixtures.ts";
import { probe } from "#media/probe.ts";
import { cancelVideoJob, sandboxVideoModel, videoJobProgress } from "./video-model.ts";

let parent = "";
beforeEach(() => {
  parent = testFolder();
});

const modelIn = (folder: string) =>
  sandboxVideoModel({
    ...{ modelId: "video", ffmpegPath: tools.ffmpegPath },
    // Short, because what is tested takes as long as it is.
    ...{ lengths: [1, 2], maxReferences: 3, parent: folder },
  });

type Start = Omit<Parameters<typeof startVideo>[0], "model">;
const now = "[[sandbox looks=0]]";

const start = async (options: Partial<Start> = {}) =>
  (
    await startVideo({
      model: modelIn(parent),
      prompt: `Boots in autumn leaves ${now}`,
      maxRetries: 0,
      ...options,
    })
  ).operation;

const look = (operation: JSONValue, abortSignal?: AbortSignal) =>
  getStatus(modelIn(parent), {
    operation,
    maxRetries: 0,
    ...(abortSignal === undefined ? {} : { abortSignal }),
  });

async function finish(operation: JSONValue): Promise<Buffer> {
  const found = await look(operation);
  if (found.status !== "completed") return expect.fail(JSON.stringify(found));
  const [video] = found.videos;
  if (video?.type !== "binary") return expect.fail(video?.type ?? "none");
  expect(video.mediaType).toBe("video/mp4");
  return Buffer.from(video.data);
}

const make = async (options: Partial<Start> = {}) => finish(await start(options));

async function facts(data: Buffer) {
  const path = join(testFolder(), "video.mp4");
  await writeFile(path, data);
  const found = await probe({ path, ffprobePath: tools.ffprobePath });
  if (found.kind !== "video") return expect.fail(found.kind);
  return { ...found, path };
}

/** The mean colour of a part of a video's picture at a time; all measures as shares of the whole. */
async function colourAt(path: string, second: number, area: [number, number, number, number]) {
  const png = join(testFolder(), "frame.png");
  await makeWithFfmpeg(png, `-ss ${second} -i`, path, "-frames:v 1");
  const { width, height } = await sharp(png).metadata();
  const [left, top, across, down] = area;
  const { channels } = await sharp(
    await sharp(png)
      .extract({
        left: Math.round(left * width),
        top: Math.round(top * height),
        width: Math.round(across * width),
        height: Math.round(down * height),
      })
      .png()
      .toBuffer(),
  ).stats();
  return channels.map(({ mean }) => Math.round(mean));
}

const middle: [number, number, number, number] = [0.4, 0.35, 0.2, 0.2];

const plain = (background: { r: number; g: number; b: number }, width = 320, height = 180) =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
const red = () => plain({ r: 250, g: 0, b: 0 });
const blue = () => plain({ r: 0, g: 0, b: 250 });

describe("the sandbox's video model", () => {
  it("makes a video from words: what every player shows, its index first, the same each time", async () => {
    const video = await make();
    const found = await facts(video);
    expect(found).toMatchObject({
      ...{ width: 1280, height: 720, fps: 25, codec: "h264", pixelFormat: "yuv420p" },
      hasAudio: false,
    });
    expect(found.durationSeconds).toBe(1);
    expect(video.indexOf("moov")).toBeLessThan(video.indexOf("mdat"));
    expect((await make()).equals(video)).toBe(true);
    expect((await make({ seed: 7 })).equals(video)).toBe(false);
    expect((await make({ prompt: `Rain ${now}` })).equals(video)).toBe(false);
  });

  it("makes each ratio and length, with music when asked", async () => {
    const upright = await facts(
      await make({ aspectRatio: "9:16", duration: 2, generateAudio: true }),
    );
    expect(upright).toMatchObject({ width: 720, height: 1280, hasAudio: true, audioCodec: "aac" });
    expect(upright.durationSeconds).toBeCloseTo(2, 1);
    const said = await promisify(execFile)(tools.ffmpegPath, [
      ...["-hide_banner", "-i", upright.path, "-af", "volumedetect", "-f", "null", "-"],
    ]);
    expect(Number(/max_volume: (-?[\d.]+) dB/u.exec(said.stderr)?.[1])).toBeGreaterThan(-40);
    expect(await facts(await make({ resolution: "720x720" }))).toMatchObject({
      ...{ width: 720, height: 720 },
    });
  });

  it("sets an image in motion, in the ratio nearest to its own", async () => {
    const image = await plain({ r: 250, g: 0, b: 0 }, 200, 400);
    const found = await facts(await make({ prompt: { image, text: now } }));
    expect(found).toMatchObject({ width: 720, height: 1280 });
    const [r = 0, g = 0] = await colourAt(found.path, 0, middle);
    expect(r).toBeGreaterThan(220);
    expect(g).toBeLessThan(30);
  });

  it("goes from the first frame to the last", async () => {
    const frameImages: NonNullable<Start["frameImages"]> = [
      { image: await red(), frameType: "first_frame" },
      { image: await blue(), frameType: "last_frame" },
    ];
    const found = await facts(await make({ prompt: now, frameImages, duration: 2 }));
    expect(found.durationSeconds).toBe(2);
    const [first, last] = [
      await colourAt(found.path, 0, middle),
      await colourAt(found.path, 1.92, middle),
    ];
    expect(first[0]).toBeGreaterThan(220);
    expect(first[2]).toBeLessThan(30);
    expect(last[0]).toBeLessThan(30);
    expect(last[2]).toBeGreaterThan(220);
  });

  it("shows what it refers to", async () => {
    const inputReferences = [await red(), await blue()];
    const found = await facts(await make({ inputReferences }));
    const alone = await facts(await make({ inputReferences: [await red()] }));
    const [r = 0] = await colourAt(alone.path, 0.5, middle);
    expect(r).toBeGreaterThan(200);
    expect(await colourAt(found.path, 0.5, [0, 0, 1, 1])).not.toEqual(
      await colourAt(alone.path, 0.5, [0, 0, 1, 1]),
    );
  });

  it.each([
    ["with sound, upright", { size: "90x160" }, { width: 720, height: 1280 }],
    ["without sound", { size: "160x90", sound: false }, { width: 1280, height: 720 }],
  ] as const)("goes on from a video %s", async (_name, clip, size) => {
    const path = await makeClip(join(testFolder(), "source.mp4"), { ...clip, seconds: 1.5 });
    const inputReferences = [{ data: await readFile(path), mediaType: "video/mp4" }];
    for (const generateAudio of [true, false]) {
      const found = await facts(await make({ inputReferences, generateAudio }));
      expect(found).toMatchObject({ ...size, hasAudio: generateAudio });
      expect(found.durationSeconds).toBeCloseTo(2.5, 1);
    }
  });

  it("draws its mark on every frame, and any prompt as a caption", async () => {
    const corner: [number, number, number, number] = [0.9, 0.94, 0.085, 0.035];
    const image = await red();
    const found = await facts(await make({ prompt: { image, text: now } }));
    const [, green = 0] = await colourAt(found.path, 0.5, corner);
    expect(green).toBeGreaterThan(20);
    for (const text of ["'; drop,[x]:\\%{pts} <b>", "\u0000\uD800", "咖啡 ".repeat(200), ""])
      expect(await make({ prompt: { image, text: `${text} ${now}` } })).not.toHaveLength(0);
  });
});

describe("a job", () => {
  const cancelled = { status: "error", error: "The job was cancelled." };

  it("is told by an id alone, waits, gets on, and stays done", async () => {
    const operation = await start({ prompt: "Boots in autumn leaves" });
    expect(JSON.stringify(operation).length).toBeLessThan(100);
    const seen = [await look(operation), await look(operation)];
    expect(seen.map(({ status }) => status)).toEqual(["pending", "pending"]);
    expect(seen.map(({ providerMetadata }) => videoJobProgress(providerMetadata))).toEqual([
      { fraction: 0, queuePosition: 1 },
      { fraction: expect.closeTo(1 / 3) },
    ]);
    const video = await finish(operation);
    expect((await finish(operation)).equals(video)).toBe(true);
    expect(await cancelVideoJob({ operation, parent })).toBe("too_late");
    expect(await cancelVideoJob({ operation, parent })).toBe("too_late");
  });

  it("outlives the process that began it", async () => {
    const code = `
      import { sandboxVideoModel } from ${JSON.stringify(new URL("./video-model.ts", import.meta.url).href)};
      const model = sandboxVideoModel(${JSON.stringify({ modelId: "video", ffmpegPath: tools.ffmpegPath, lengths: [1], maxReferences: 0, parent })});
      const call = { prompt: "Boots ${now}", n: 1, providerOptions: {} };
      const { operation } = await model.doStart(call);
      console.log(JSON.stringify(operation));
      process.kill(process.pid, "SIGKILL");
    `;
    const ended = promisify(execFile)(process.execPath, ["--input-type=module", "-e", code]);
    const { stdout } = (await ended.catch((error: unknown) => error)) as { stdout: string };
    const operation = JSON.parse(stdout) as JSONValue;
    expect((await facts(await finish(operation))).durationSeconds).toBe(1);
  });

  it("can be looked at twice at once", async () => {
    const operation = await start();
    const [one, other] = await Promise.all([finish(operation), finish(operation)]);
    expect(one.equals(other)).toBe(true);
  });

  it("is cancelled once and for all", async () => {
    const operation = await start({ prompt: "Boots in autumn leaves" });
    for (let times = 0; times < 2; times += 1) {
      expect(await cancelVideoJob({ operation, parent })).toBe("cancelled");
      expect(await look(operation)).toMatchObject(cancelled);
    }
  });

  it("is cancelled while it is rendered, whatever comes of that", async () => {
    const operation = await start();
    const looking = look(operation);
    const folder = join(parent, `sandbox-video-${(operation as { job: string }).job}`);
    // What is half written lies in a folder of its own.
    await vi.waitFor(
      async () => expect((await readdir(folder)).some((name) => name.startsWith("."))).toBe(true),
      { timeout: 30_000, interval: 5 },
    );
    expect(await cancelVideoJob({ operation, parent })).toBe("cancelled");
    expect(await looking).toMatchObject(cancelled);
    expect(await look(operation)).toMatchObject(cancelled);
  });

  it("leaves nothing half done when a look is aborted, and goes on at the next", async () => {
    const operation = await start();
    const controller = new AbortController();
    const looking = look(operation, controller.signal);
    setImmediate(() => controller.abort());
    await expect(looking).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
    expect((await facts(await finish(operation))).durationSeconds).toBe(1);
  });

  it.each([{ job: "0e0b37a8-7d3e-4a0f-9c5b-2f0a7c9d1e11" }, { job: "../../etc" }, "x", null, []])(
    "that it doesn't know is not found: %j",
    async (operation) => {
      for (const ask of [look, () => cancelVideoJob({ operation, parent })]) {
        const error: unknown = await ask(operation).catch((thrown: unknown) => thrown);
        expect(APICallError.isInstance(error) && error.statusCode).toBe(404);
      }
    },
  );

  it("is forgotten after a day, others are not", async () => {
    const old = await start();
    const young = await start();
    await mkdir(join(parent, "not-a-job"));
    const folder = join(parent, `sandbox-video-${(old as { job: string }).job}`);
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
    for (const path of [folder, join(parent, "not-a-job")])
      await utimes(path, yesterday, yesterday);
    await start();
    await expect(look(old)).rejects.toThrow("no such job");
    expect((await look(young)).status).toBe("completed");
    expect(await readdir(parent)).toContain("not-a-job");
  });
});

describe("directives for videos", () => {
  it("let a start fail and leave nothing behind", async () => {
    await expect(start({ prompt: "[[sandbox error=quota]]" })).rejects.toThrow(/quota/u);
    await expect(
      start({ prompt: "[[sandbox wait=3600]]", abortSignal: AbortSignal.timeout(20) }),
    ).rejects.toThrow(expect.objectContaining({ name: "TimeoutError" }));
    expect(await readdir(parent)).toEqual([]);
  });

  it("let the answer of a start get lost, and the job be there", async () => {
    const error: unknown = await start({ prompt: `[[sandbox lost]] ${now}` }).catch(
      (thrown: unknown) => thrown,
    );
    expect(APICallError.isInstance(error) && error.cause).toMatchObject({ code: "ECONNRESET" });
    const [folder = ""] = await readdir(parent);
    const job = folder.replace("sandbox-video-", "");
    expect((await look({ job })).status).toBe("completed");
  });

  it("let a job end in an error that stays", async () => {
    for (const [words, code] of [
      ["refuse looks=0", "content_policy_violation"],
      ["job-error=quota looks=0", "insufficient_quota"],
      ["job-error looks=0", "internal_error"],
    ]) {
      const operation = await start({ prompt: `[[sandbox ${words}]]` });
      for (let index = 0; index < 2; index += 1) {
        const found = await look(operation);
        expect(found).toMatchObject({ status: "error", providerMetadata: { sandbox: { code } } });
      }
      expect(await cancelVideoJob({ operation, parent })).toBe("too_late");
    }
  });

  it("let a look fail, a job never end, and both be got over", async () => {
    const operation = await start({
      prompt: "[[sandbox status-error=provider_down status-errors=2 stuck]]",
    });
    for (let index = 0; index < 2; index += 1)
      await expect(look(operation)).rejects.toThrow(/provider_down/u);
    for (let index = 0; index < 4; index += 1)
      expect(await look(operation)).toMatchObject({ status: "pending" });
    expect(await cancelVideoJob({ operation, parent })).toBe("cancelled");
    const slow = await start({ prompt: "[[sandbox status-wait=3600]]" });
    await expect(look(slow, AbortSignal.timeout(20))).rejects.toThrow(
      expect.objectContaining({ name: "TimeoutError" }),
    );
  });
});

describe("what a video can't be made from", () => {
  it("is refused at the start, and nothing stays", async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    const whole = await readFile(await makeClip(join(testFolder(), "a.mp4")));
    const damaged = whole.subarray(0, Math.floor(whole.length / 3));
    const image = await red();
    const cut = image.subarray(0, image.length / 2);
    const video = { data: whole, mediaType: "video/mp4" };
    const refused: Partial<Start>[] = [
      { duration: 5 },
      { resolution: "1920x1080" },
      { prompt: { image: svg, text: "x" } },
      { prompt: { image: cut, text: "x" } },
      { prompt: { image: "https://example.com/a.png", text: "x" } },
      { inputReferences: [image, image, image, image] },
      { inputReferences: [image, cut] },
      { inputReferences: [{ data: damaged, mediaType: "video/mp4" }] },
      { inputReferences: [video, video] },
      { inputReferences: [video, image] },
    ];
    for (const options of refused) {
      const error: unknown = await start(options).catch((thrown: unknown) => thrown);
      expect(
        InvalidArgumentError.isInstance(error),
        `${JSON.stringify(Object.keys(options))} ${String(error)}`,
      ).toBe(true);
    }
    expect(await readdir(parent)).toEqual([]);
  });
});
