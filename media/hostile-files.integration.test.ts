/** Files that are odd, broken or meant to harm, through every recipe: a good result or a clear MediaError, nothing else. */
import { appendFile, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { MediaError } from "#domain/errors.ts";
import type { PlatformLimits } from "#platforms/contract.ts";
import { addSoundtrack } from "./audio/add-soundtrack.ts";
import { makeWaveform } from "./audio/make-waveform.ts";
import type { Probe } from "./contract.ts";
import { watermarkImage } from "./image/watermark-image.ts";
import { keepCopy } from "./keep-copy.ts";
import { makeRenditions } from "./make-renditions.ts";
import {
  makeClip,
  makePhoto,
  makeRotatedClip,
  makeWithFfmpeg,
  noise,
  testFolder,
  tools,
} from "./media-fixtures.ts";
import { probe } from "./probe.ts";
import { enhanceVideo } from "./video/enhance-video.ts";
import { makeAudiogram } from "./video/make-audiogram.ts";
import { makeSlideshow } from "./video/make-slideshow.ts";
import { makeStoryboard } from "./video/make-storyboard.ts";
import { posterFrame } from "./video/poster-frame.ts";

const canvas = { width: 96, height: 64 };
const limits: PlatformLimits = {
  text: { max: 500, unit: "graphemes" },
  altTextMax: 500,
  requires: "either",
  checkedAt: "2026-11-22",
  source: "https://example.org/limits",
  images: {
    maxCount: 4,
    formats: ["jpeg"],
    maxBytes: 1e6,
    maxWidth: 100,
    maxHeight: 100,
    minRatio: 0.5,
    maxRatio: 2,
  },
  video: {
    maxCount: 1,
    maxBytes: 1e6,
    maxSeconds: 5,
    maxWidth: 96,
    maxHeight: 96,
    minRatio: 0.5,
    maxRatio: 2,
  },
};

/** What each recipe made of a file: `ok`, or the code of the MediaError. Any other error is a fault of ours. */
async function throughAll(path: string): Promise<Record<string, string>> {
  const folder = testFolder();
  const found = await probe({ path, ...tools });
  const results: Record<string, string> = {};
  for (const [name, work] of Object.entries(recipes({ path, folder, found }))) {
    try {
      await work();
      results[name] = "ok";
    } catch (error) {
      if (!(error instanceof MediaError)) throw new Error(`${name} broke`, { cause: error });
      expect(error.message).not.toContain(folder);
      results[name] = error.code;
    }
  }
  for (const name of await readdir(folder)) {
    // Whatever was made can be read, whole.
    if (!name.endsWith(".kept")) await probe({ path: join(folder, name), ...tools });
  }
  return results;
}

function recipes(input: { path: string; folder: string; found: Probe }) {
  const { path, folder, found } = input;
  const to = (name: string) => join(folder, name);
  const renditions = async () => {
    const source = { path, probe: found };
    const small = { ...limits, video: { ...limits.video!, maxWidth: 48 } };
    const targets = [{ limits }, { limits: small }];
    for (const one of await makeRenditions({ ...tools, source, targets, workDir: folder }))
      if (one instanceof MediaError) throw one;
  };
  const keep = () =>
    keepCopy({ inputPath: path, outputPath: to("copy.kept"), probe: found, ...tools });
  if (found.kind === "image") {
    const slides = [
      { path, seconds: 0.2 },
      { path, seconds: 0.2 },
    ];
    return {
      renditions,
      keep,
      watermark: () => watermarkImage({ inputPath: path, outputPath: to("m"), mark: { path } }),
      slideshow: () => makeSlideshow({ ...tools, slides, canvas, outputPath: to("s.mp4") }),
    };
  }
  const sound = { path, probe: found };
  const heard = {
    keep,
    waveform: () => makeWaveform({ ...tools, sound, outputPath: to("w.png") }),
    audiogram: () => makeAudiogram({ ...tools, sound, canvas, outputPath: to("a.mp4") }),
  };
  if (found.kind === "audio") return heard;
  const video = { path, probe: found };
  return {
    ...heard,
    renditions,
    poster: () => posterFrame({ ...tools, inputPath: path, outputPath: to("p.jpg"), probe: found }),
    storyboard: () => makeStoryboard({ ...tools, video, outputPath: to("b.jpg") }),
    soundtrack: () => addSoundtrack({ ...tools, video, sound, outputPath: to("t.mp4") }),
    enhance: () =>
      enhanceVideo({
        ...tools,
        video,
        outputPath: to("e.mp4"),
        upscale: 1.5,
        stabilise: true,
        denoise: true,
        colour: true,
        loudness: true,
        captions: [{ startSecond: 0, endSecond: 99, text: "{\\p1}".repeat(200) }],
      }),
  };
}

const ALL_GOOD = {
  keep: "ok",
  waveform: "ok",
  audiogram: "ok",
  renditions: "ok",
  poster: "ok",
  storyboard: "ok",
  soundtrack: "ok",
  enhance: "ok",
};
const MUTE = { ...ALL_GOOD, waveform: "corrupt", audiogram: "corrupt", soundtrack: "corrupt" };
const IMAGE_GOOD = { renditions: "ok", keep: "ok", watermark: "ok", slideshow: "ok" };
const full444 = ["-c:v", "libx264", "-pix_fmt", "yuv444p"];

describe("odd videos through every recipe", () => {
  it.each([
    ["one pixel wide", "1x120"],
    ["one pixel high", "120x1"],
    ["one pixel", "1x1"],
    ["of odd sides", "131x97"],
  ])("%s", async (_what, size) => {
    const options = ["-t", "0.5", ...full444];
    const path = await makeClip(join(testFolder(), "a.mkv"), { size, options });
    expect(await throughAll(path)).toEqual(ALL_GOOD);
  });

  it("rotated", async () => {
    expect(await throughAll(await makeRotatedClip(testFolder()))).toEqual(ALL_GOOD);
  });

  it("with pixels a hundred times as wide as high", async () => {
    const options = ["-vf", "setsar=100/1", "-c:v", "libx264"];
    const path = await makeClip(join(testFolder(), "a.mp4"), { seconds: 0.3, options });
    const results = await throughAll(path);
    expect(results).toMatchObject({ keep: "ok", renditions: "ok", storyboard: "ok" });
  });

  it("HDR with 10 bits", async () => {
    const hlg = "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc";
    const options = ["-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-x265-params", hlg];
    const path = await makeClip(join(testFolder(), "a.mp4"), { seconds: 0.3, options });
    expect(await throughAll(path)).toEqual(ALL_GOOD);
  });

  it("of a rate that varies, and of 1000 frames a second", async () => {
    const varying = await makeClip(join(testFolder(), "a.mkv"), {
      seconds: 2,
      size: "64x48",
      options: ["-vf", "select=not(mod(floor(n*n/9)\\,3))"],
    });
    expect(await throughAll(varying)).toEqual(ALL_GOOD);
    const fast = await makeClip(join(testFolder(), "a.mkv"), {
      seconds: 0.3,
      size: "64x48",
      fps: 1000,
    });
    expect(await throughAll(fast)).toEqual(ALL_GOOD);
  });

  it("without sound", async () => {
    const path = await makeClip(join(testFolder(), "a.mp4"), { seconds: 0.3, sound: false });
    expect(await throughAll(path)).toEqual(MUTE);
  });

  it("with 8 channels, and with sound far longer than the picture", async () => {
    const eight = await makeWithFfmpeg(
      join(testFolder(), "a.mkv"),
      "-f lavfi -i testsrc=s=64x48:r=10:d=0.5 -f lavfi -i aevalsrc=0.2*sin(880*PI*t)|0|0|0|0|0|0|0.1:c=7.1:d=0.5",
      "-c:v libx264 -pix_fmt yuv420p -c:a flac",
    );
    expect(await throughAll(eight)).toEqual(ALL_GOOD);
    const long = await makeWithFfmpeg(
      join(testFolder(), "a.mp4"),
      "-f lavfi -i testsrc=s=64x48:r=10:d=0.5 -f lavfi -i sine=d=3 -pix_fmt yuv420p",
    );
    expect(await throughAll(long)).toEqual(ALL_GOOD);
  });

  it("that changes its size on the way", async () => {
    const folder = testFolder();
    const [small, large] = [join(folder, "small.h264"), join(folder, "large.h264")];
    for (const [to, size] of [
      [small, "64x48"],
      [large, "128x96"],
    ] as const)
      await makeClip(to, { size, sound: false, seconds: 0.5, options: ["-f", "h264"] });
    await appendFile(small, await readFile(large));
    const path = await makeWithFfmpeg(join(folder, "a.mkv"), "-r 30 -i", small, "-c copy");
    const results = await throughAll(path);
    expect(results).toMatchObject({ keep: "ok", renditions: "ok" });
  });

  it("of a single moment", async () => {
    const path = await makeClip(join(testFolder(), "a.mp4"), {
      sound: false,
      options: ["-frames:v", "1"],
    });
    const tooShort = { audiogram: "too_short", soundtrack: "too_short" };
    expect(await throughAll(path)).toEqual({ ...MUTE, ...tooShort });
  });
});

describe("broken videos and sounds", () => {
  it.each(["mp4", "mkv"])("%s cut short", async (type) => {
    const folder = testFolder();
    const whole = await makeClip(join(folder, `whole.${type}`), {
      seconds: 4,
      size: "64x48",
      options: ["-g", "10", ...(type === "mp4" ? ["-movflags", "+faststart"] : [])],
    });
    const data = await readFile(whole);
    const path = join(folder, `a.${type}`);
    await writeFile(path, data.subarray(0, Math.round(data.length * 0.4)));
    const results = await throughAll(path);
    expect(results["renditions"]).toBe("corrupt");
  });

  it("an MP4 in which every hundredth byte is another", async () => {
    const folder = testFolder();
    const path = await makeClip(join(folder, "a.mp4"), { size: "64x48", seconds: 2 });
    const data = await readFile(path);
    for (let at = data.indexOf("mdat") + 8; at < data.indexOf("moov"); at += 100)
      data[at] = (data[at] ?? 0) ^ 0x5a;
    await writeFile(path, data);
    await throughAll(path);
  });

  it("of no length at all", async () => {
    const folder = testFolder();
    const empty = await makeWithFfmpeg(join(folder, "a.wav"), "-f lavfi -i sine=d=1 -t 0");
    await expect(throughAll(empty)).rejects.toMatchObject({ name: "MediaError" });
    const frameless = await makeWithFfmpeg(
      join(folder, "a.mp4"),
      "-f lavfi -i testsrc=s=64x48:d=1 -frames:v 0",
    );
    await expect(throughAll(frameless)).rejects.toMatchObject({ name: "MediaError" });
  });

  it("a sound, of one sample too", async () => {
    const folder = testFolder();
    const good = { keep: "ok", waveform: "ok", audiogram: "ok" };
    const tone = await makeWithFfmpeg(join(folder, "a.mp3"), "-f lavfi -i sine=d=0.5");
    expect(await throughAll(tone)).toEqual(good);
    const click = await makeWithFfmpeg(
      join(folder, "b.wav"),
      "-f lavfi -i sine=r=8000:d=1 -af atrim=end_sample=1",
    );
    expect(await throughAll(click)).toEqual({
      ...good,
      waveform: "corrupt",
      audiogram: "too_short",
    });
  });

  it("a sound of numbers beyond all measure", async () => {
    for (const level of ["1e30*sin(t*900)", "1/0", "0/0"]) {
      const path = await makeWithFfmpeg(
        join(testFolder(), "a.wav"),
        `-f lavfi -i aevalsrc=${level}:d=1:s=48000 -c:a pcm_f32le`,
      );
      expect(await throughAll(path)).toEqual({ keep: "ok", waveform: "ok", audiogram: "ok" });
    }
  });
});

describe("odd and hostile images through every recipe", () => {
  it.each([
    ["one pixel wide", 1, 2000],
    ["one pixel high", 2000, 1],
    ["one pixel", 1, 1],
  ])("%s", async (_what, width, height) => {
    const path = join(testFolder(), "a.png");
    await sharp(noise({ width, height }), { raw: { width, height, channels: 3 } })
      .png()
      .toFile(path);
    expect(await throughAll(path)).toEqual(IMAGE_GOOD);
  });

  it("of 16 bits, of CMYK, of grey with alpha", async () => {
    const folder = testFolder();
    const size = { width: 40, height: 30 };
    const base = () => sharp(noise(size), { raw: { ...size, channels: 3 } });
    const files = {
      "deep.png": base().toColourspace("rgb16").png(),
      "cmyk.jpg": base().toColourspace("cmyk").jpeg(),
      "grey.png": base().greyscale().ensureAlpha(0.5).toColourspace("b-w").png(),
    };
    for (const [name, image] of Object.entries(files)) {
      const path = join(folder, name);
      await image.toFile(path);
      expect(await throughAll(path), name).toEqual(IMAGE_GOOD);
    }
  });

  it("that are something else as well: only the picture is taken over", async () => {
    const folder = testFolder();
    const path = await makePhoto(join(folder, "a.jpg"));
    const script = "<script>alert(1)</script>#EXTM3U\nfile:///etc/passwd\nPK\x03\x04";
    await appendFile(path, script);
    expect(await throughAll(path)).toEqual(IMAGE_GOOD);
    const kept = join(folder, "kept");
    await keepCopy({
      inputPath: path,
      outputPath: kept,
      probe: await probe({ path, ...tools }),
      ...tools,
    });
    expect((await readFile(kept)).includes("script")).toBe(false);
  });

  it("a GIF that is a script, and a video with a playlist behind it", async () => {
    const folder = testFolder();
    const gif = join(folder, "a.gif");
    await writeFile(gif, "GIF89a/*\0\0\0\0\0*/=1;alert(1)//;");
    await expect(throughAll(gif)).rejects.toMatchObject({ name: "MediaError" });
    const clip = await makeClip(join(folder, "a.mp4"), { size: "64x48", seconds: 0.3 });
    await appendFile(clip, `#EXTM3U\n#EXTINF:1,\nfile://${folder}/a.gif\n`);
    expect(await throughAll(clip)).toEqual(ALL_GOOD);
  });
});
