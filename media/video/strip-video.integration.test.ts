import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { VideoProbe } from "../contract.ts";
import { makeClip, makeRotatedClip, testFolder, tools } from "../media-fixtures.ts";
import { probe } from "../probe.ts";
import { stripVideo } from "./strip-video.ts";

const look = async (path: string) => (await probe({ path, ...tools })) as VideoProbe;

it.each(["mp4", "mov", "mkv", "webm"])(
  "stripVideo takes the place and the title out of %s and leaves the rest",
  async (ending) => {
    const folder = testFolder();
    const webm = ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"];
    const options = [
      "-metadata",
      "location=+48.1234",
      "-metadata",
      "title=SecretTitle",
      "-metadata:s:v",
      "title=SecretTitle",
    ];
    const inputPath = await makeClip(join(folder, `in.${ending}`), {
      options: [...options, ...(ending === "webm" ? webm : [])],
    });
    expect((await readFile(inputPath)).includes("SecretTitle")).toBe(true);
    const found = await look(inputPath);
    const outputPath = join(folder, "out");
    const stripped = await stripVideo({ ...tools, inputPath, outputPath, probe: found });
    const data = await readFile(outputPath);
    expect(stripped).toEqual({ contentType: found.contentType, bytes: data.length });
    expect(data.includes("SecretTitle")).toBe(false);
    expect(data.includes("+48.1234")).toBe(false);
    const { bytes: _bytes, durationSeconds, ...same } = found;
    const made = await look(outputPath);
    expect(made).toMatchObject(same);
    expect(made.durationSeconds).toBeCloseTo(durationSeconds, 1);
  },
);

it("stripVideo keeps a phone's rotation", async () => {
  const folder = testFolder();
  const inputPath = await makeRotatedClip(folder);
  const outputPath = join(folder, "out");
  await stripVideo({ ...tools, inputPath, outputPath, probe: await look(inputPath) });
  expect(await look(outputPath)).toMatchObject({ rotation: 90, width: 120, height: 160 });
});
