import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it, vi } from "vitest";
import { MediaError } from "#domain/errors.ts";
import { findConfiningTools } from "./confine.ts";
import {
  isRunning,
  makeClip,
  makePhoto,
  makeScript,
  makeWithFfmpeg,
  pngBomb,
  readPid,
  testFolder,
  tools,
} from "./media-fixtures.ts";
import { probeInChild } from "./probe-in-child.ts";
import { probe } from "./probe.ts";

const { ffprobePath } = tools;
const confining = await findConfiningTools();

describe("probeInChild", () => {
  it("gives what probe gives", async () => {
    const folder = testFolder();
    for (const path of [
      await makePhoto(join(folder, "a.jpg")),
      await makeClip(join(folder, "a.mp4")),
    ]) {
      expect(await probeInChild({ path, ffprobePath })).toEqual(await probe({ path, ffprobePath }));
    }
  });

  it("passes refusals on, with their code", async () => {
    const path = join(testFolder(), "a.png");
    await writeFile(path, pngBomb(30_000, 30_000));
    const error = await probeInChild({ path, ffprobePath }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MediaError);
    expect(error).toMatchObject({
      code: "too_many_pixels",
      message: expect.stringContaining("50 megapixels"),
    });
  });

  it("does not blame the file when the file is not there or ffprobe is not", async () => {
    const path = await makeClip(join(testFolder(), "a.mp4"));
    for (const input of [
      { path: "/nowhere/a.mp4", ffprobePath },
      { path, ffprobePath: "/nowhere/ffprobe" },
    ]) {
      const error = await probeInChild(input).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(MediaError);
      expect(String(error)).toContain("/nowhere");
    }
  });

  it("keeps a copy without place, device and names, and tells of the copy", async () => {
    const folder = testFolder();
    const tags = ["-metadata", "title=SecretTitle"];
    const sound = join(folder, "a.mp3");
    await makeWithFfmpeg(sound, "-f lavfi -i sine=440 -t 1", ...tags);
    for (const path of [
      await makePhoto(join(folder, "a.jpg")),
      await makeClip(join(folder, "a.mp4"), { options: tags }),
      sound,
    ]) {
      const original = await probe({ path, ffprobePath });
      const keptPath = join(folder, "kept");
      const kept = await probeInChild({
        path,
        ffprobePath,
        keep: { path: keptPath, ffmpegPath: tools.ffmpegPath },
      });
      const data = await readFile(keptPath);
      expect(kept).toEqual(await probe({ path: keptPath, ffprobePath }));
      expect(kept).toMatchObject({ kind: original.kind, contentType: original.contentType });
      expect(kept.bytes).toBe(data.length);
      expect(data.includes("SecretTitle")).toBe(false);
      if (kept.kind === "image") {
        expect((await sharp(data).metadata()).exif).toBeUndefined();
        expect(kept.oriented).toBe(false);
      }
    }
  });

  it("refuses with timeout what takes too long", async () => {
    const path = await makePhoto(join(testFolder(), "a.jpg"));
    await expect(probeInChild({ path, ffprobePath, timeoutMs: 1 })).rejects.toMatchObject({
      code: "timeout",
    });
  });

  it("leaves no process when aborted, not even the ffprobe of its child, and no file", async () => {
    const folder = testFolder();
    const path = await makeClip(join(folder, "a.mp4"));
    const stuck = await makeScript(
      join(folder, "ffprobe"),
      `echo $$ > ${folder}/pid; exec sleep 1000`,
    );
    const temp = testFolder();
    vi.stubEnv("TMPDIR", temp);
    const controller = new AbortController();
    const probing = probeInChild({ path, ffprobePath: stuck, signal: controller.signal });
    const pid = await readPid(join(folder, "pid"));
    expect(isRunning(pid)).toBe(true);
    controller.abort(new Error("enough"));
    await expect(probing).rejects.toThrow("enough");
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 5000, interval: 5 });
    vi.unstubAllEnvs();
    expect(await readdir(temp)).toEqual([]);
  });

  it("keeps our secrets out of reach", async () => {
    const folder = testFolder();
    const path = await makeClip(join(folder, "a.mp4"));
    const spy = await makeScript(join(folder, "ffprobe"), `env > ${folder}/env; exit 1`);
    vi.stubEnv("DATABASE_URL", "postgres://secret");
    await expect(probeInChild({ path, ffprobePath: spy })).rejects.toMatchObject({
      code: "corrupt",
    });
    vi.unstubAllEnvs();
    const env = await readFile(join(folder, "env"), "utf8");
    expect(env).toContain("PATH=");
    expect(env).not.toContain("secret");
  });

  it.skipIf(!confining.limits)(
    "refuses as corrupt what needs more memory than it may have (needs prlimit)",
    async () => {
      const path = join(testFolder(), "a.jpg");
      // A progressive JPEG is kept whole in memory while it is read.
      await sharp({ create: { width: 6000, height: 6000, channels: 3, background: "red" } })
        .jpeg({ progressive: true, chromaSubsampling: "4:4:4" })
        .toFile(path);
      expect(await probeInChild({ path, ffprobePath })).toMatchObject({ width: 6000 });
      await expect(
        probeInChild({ path, ffprobePath, memoryBytes: 320 * 1024 ** 2 }),
      ).rejects.toMatchObject({
        code: "corrupt",
      });
    },
  );
});
