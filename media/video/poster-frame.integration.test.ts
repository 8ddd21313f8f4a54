import { join } from "node:path";
import sharp from "sharp";
import { expect, it } from "vitest";
import type { VideoProbe } from "../contract.ts";
import { makeClip, makeRotatedClip, testFolder, tools } from "../media-fixtures.ts";
import { probe } from "../probe.ts";
import { posterFrame } from "./poster-frame.ts";

it("posterFrame makes an upright JPEG within the size, of the shortest video too", async () => {
  const folder = testFolder();
  const clips = [
    { path: await makeRotatedClip(folder), size: { width: 75, height: 100 } },
    {
      path: await makeClip(join(folder, "one.mp4"), { seconds: 0.04, sound: false }),
      size: { width: 100, height: 75 },
    },
  ];
  for (const { path, size } of clips) {
    const found = (await probe({ path, ...tools })) as VideoProbe;
    const outputPath = join(folder, "poster.jpg");
    const poster = await posterFrame({
      ...tools,
      inputPath: path,
      outputPath,
      probe: found,
      maxSide: 100,
    });
    expect(poster).toMatchObject({ contentType: "image/jpeg", ...size });
    expect(await sharp(outputPath).metadata()).toMatchObject({ format: "jpeg", ...size });
    const { channels } = await sharp(outputPath).stats();
    expect(channels[0]?.stdev).toBeGreaterThan(20);
  }
});

it("posterFrame turns what the container says to turn", async () => {
  const folder = testFolder();
  const rotated = await makeRotatedClip(folder);
  const pixels: Buffer[] = [];
  for (const [path, degrees] of [
    [rotated, 0],
    [join(folder, "upright.mp4"), 90],
  ] as const) {
    const outputPath = join(folder, "poster.jpg");
    const found = (await probe({ path, ...tools })) as VideoProbe;
    await posterFrame({ ...tools, inputPath: path, outputPath, probe: found });
    pixels.push(await sharp(outputPath).rotate(degrees).raw().toBuffer());
  }
  const [turned = Buffer.alloc(0), expected = Buffer.alloc(0)] = pixels;
  expect(turned.length).toBe(expected.length);
  const difference = turned.reduce(
    (sum, value, index) => sum + Math.abs(value - (expected[index] ?? 0)),
    0,
  );
  expect(difference / turned.length).toBeLessThan(8);
});
