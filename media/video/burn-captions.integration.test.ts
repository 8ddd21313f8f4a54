import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  frameOf,
  lookAtVideo,
  makeClip,
  makeRotatedClip,
  makeScript,
  makeWithFfmpeg,
  testFolder,
  tools,
} from "../media-fixtures.ts";
import { burnCaptions } from "./burn-captions.ts";
import type { Segment } from "./caption-pieces.ts";

async function burn(path: string, segments: Segment[]) {
  const outputPath = join(testFolder(), "out.mp4");
  const video = { path, probe: await lookAtVideo(path) };
  await burnCaptions({ ...tools, video, outputPath, segments });
  return { outputPath, made: await lookAtVideo(outputPath) };
}

const black = (folder: string) =>
  makeWithFfmpeg(
    join(folder, "black.mp4"),
    "-f lavfi -i color=black:s=320x240:r=10:d=4 -f lavfi -i sine=d=4 -pix_fmt yuv420p",
  );

/** Rows of a black picture in which something bright is, as parts of the height: first and last. */
async function brightRows(path: string, second: number): Promise<[number, number] | undefined> {
  const { data, width, height } = await frameOf(path, second);
  const bright: number[] = [];
  for (let row = 0; row < height; row += 1)
    if (data.subarray(row * width, (row + 1) * width).some((value) => value > 128))
      bright.push(row);
  const [first, last] = [bright.at(0), bright.at(-1)];
  return first === undefined || last === undefined ? undefined : [first / height, last / height];
}

describe("burnCaptions", () => {
  it("shows each text in its time, low in the picture, and keeps the sound as it is", async () => {
    const { outputPath, made } = await burn(await black(testFolder()), [
      { startSecond: 1, endSecond: 2, text: "Hello, world" },
    ]);
    expect(made).toMatchObject({ width: 320, height: 240, codec: "h264", audioCodec: "aac" });
    expect(made.durationSeconds).toBeCloseTo(4, 0);
    expect(await brightRows(outputPath, 0.5)).toBeUndefined();
    expect(await brightRows(outputPath, 2.5)).toBeUndefined();
    const [first, last] = (await brightRows(outputPath, 1.5)) ?? [0, 0];
    expect(first).toBeGreaterThan(0.8);
    expect(last).toBeLessThan(0.93);
  });

  it("shows orders to the renderer as the text that they are", async () => {
    const hostile = [
      "{\\an8\\fs200}TOP",
      "TOP\\Na\\Na\\Na\\Na\\Na\\Na",
      "{what is in braces}",
      "{\\p1}m 0 0 l 300 0 300 240 0 240{\\p0}",
      "a\nDialogue: 0,0:00:00.00,0:00:03.00,Said,,0,0,200,,injected",
      "';[0:v]movie=/etc/passwd[x]",
      "%{pts} $(id) `id` \u202e\u0000",
    ];
    const segments = hostile.map((text, index) => ({
      startSecond: index * 0.5,
      endSecond: index * 0.5 + 0.5,
      text,
    }));
    const { outputPath } = await burn(await black(testFolder()), segments);
    for (const index of hostile.keys()) {
      const [first] = (await brightRows(outputPath, index * 0.5 + 0.25)) ?? [];
      // As high as three lines of ordinary size reach, and no higher.
      expect(first, hostile[index]).toBeGreaterThan(0.65);
      expect(first, hostile[index]).toBeLessThan(0.9);
    }
  });

  it("turns what is rotated, of odd sides too, and takes no captions at all", async () => {
    const rotated = await burn(await makeRotatedClip(testFolder()), []);
    expect(rotated.made).toMatchObject({ width: 120, height: 160, rotation: 0 });
    const options = ["-c:v", "libx264", "-pix_fmt", "yuv444p"];
    const odd = await makeClip(join(testFolder(), "odd.mp4"), { size: "131x97", options });
    expect((await burn(odd, [])).made).toMatchObject({ width: 130, height: 96 });
    const webm = await makeClip(join(testFolder(), "a.webm"), {
      size: "64x48",
      options: ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"],
    });
    expect((await burn(webm, [])).made).toMatchObject({ codec: "h264", audioCodec: "aac" });
  });

  it("says so where ffmpeg can't draw captions", async () => {
    const folder = testFolder();
    const ffmpegPath = await makeScript(
      join(folder, "ffmpeg"),
      `${tools.ffmpegPath} "$@" | grep -v " ass "`,
    );
    const path = await makeClip(join(folder, "a.mp4"));
    const work = burnCaptions({
      ffmpegPath,
      video: { path, probe: await lookAtVideo(path) },
      outputPath: join(folder, "out.mp4"),
      segments: [],
    });
    await expect(work).rejects.toMatchObject({ code: "not_available" });
    expect(await readdir(folder)).toEqual(["a.mp4", "ffmpeg"]);
  });
});
