import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { digitalSources } from "#domain/digital-source.ts";
import type { PlatformLimits } from "#platforms/contract.ts";
import { keepCopy } from "./keep-copy.ts";
import { makeRenditions } from "./make-renditions.ts";
import { digitalSourceIn, markBytes, markMp4, readMp4Mark, xmpOf } from "./mark-generated.ts";
import { makeClip, makePhoto, makeWithFfmpeg, noise, testFolder, tools } from "./media-fixtures.ts";
import { probe } from "./probe.ts";
import { runFfprobe } from "./run-ffprobe.ts";

const [made, composite] = digitalSources;
const look = (path: string) => probe({ path, ...tools });

/** A copy as it is kept, marked or not. */
async function kept(inputPath: string, digitalSource?: typeof made | typeof composite) {
  const outputPath = join(testFolder(), "kept");
  await keepCopy({
    inputPath,
    outputPath,
    probe: await look(inputPath),
    digitalSource,
    ffmpegPath: tools.ffmpegPath,
  });
  return outputPath;
}

/** Somebody else's reader: ffmpeg's, of the box in MP4. */
async function xmpByFfmpeg(path: string): Promise<string> {
  return runFfprobe({
    path,
    demuxer: "mov",
    ffprobePath: tools.ffprobePath,
    options: ["-export_xmp", "1", "-show_entries", "format_tags=xmp", "-of", "csv=p=0"],
  });
}

describe("the mark of what models make", () => {
  it.each(["jpeg", "png", "webp", "avif"] as const)("is written into %s, alone", async (format) => {
    const path = join(testFolder(), "in");
    const size = { width: 64, height: 48 };
    await sharp(noise(size), { raw: { ...size, channels: 3 } })
      .withExif({ IFD0: { Make: "SecretCamera" } })
      .toFormat(format)
      .toFile(path);
    const marked = await kept(path, composite);
    const { xmp, exif, icc, iptc } = await sharp(marked).metadata();
    expect(xmp?.toString()).toBe(xmpOf(composite));
    expect([exif, icc, iptc]).toEqual([undefined, undefined, undefined]);
    expect(await look(marked)).toMatchObject({ digitalSource: composite, ...size });
    expect((await readFile(marked)).includes("SecretCamera")).toBe(false);
    expect((await sharp(await kept(path)).metadata()).xmp).toBeUndefined();
  });

  it.each(["mp4", "mov", "m4a"])("is written into %s, which plays as before", async (ending) => {
    const folder = testFolder();
    const path =
      ending === "m4a"
        ? await makeWithFfmpeg(join(folder, "in.m4a"), "-f lavfi -i sine=f=300:d=1")
        : await makeClip(join(folder, `in.${ending}`));
    const [marked, plain] = [await kept(path, made), await kept(path)];
    expect(await readMp4Mark(marked)).toBe(made);
    expect(await xmpByFfmpeg(marked)).toContain(`digitalsourcetype/${made}`);
    expect(await readMp4Mark(plain)).toBeUndefined();
    const { digitalSource, bytes, ...facts } = await look(marked);
    expect({ ...facts, bytes: bytes - markBytes(made) }).toEqual(await look(plain));
    expect(digitalSource).toBe(made);
  });

  it("stays when a marked file is taken in again, and nothing else of its XMP does", async () => {
    const folder = testFolder();
    const photo = join(folder, "in.jpg");
    const theirs = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description rdf:about="" xmlns:I="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" I:CreatorName="SecretName">
      <I:DigitalSourceType>https://cv.iptc.org/newscodes/digitalsourcetype/${made}</I:DigitalSourceType>
      </rdf:Description></rdf:RDF></x:xmpmeta>`;
    await sharp(await makePhoto(join(folder, "plain.jpg")))
      .withXmp(theirs)
      .jpeg()
      .toFile(photo);
    expect((await sharp(await kept(photo)).metadata()).xmp?.toString()).toBe(xmpOf(made));
    const clip = await kept(await makeClip(join(folder, "in.mp4")), composite);
    expect(await readMp4Mark(await kept(clip))).toBe(composite);
  });

  it("is in every rendition, within the bytes that the platform takes", async () => {
    const folder = testFolder();
    const limits: PlatformLimits = {
      text: { max: 500, unit: "graphemes" },
      altTextMax: 500,
      requires: "either",
      checkedAt: "2026-11-22",
      source: "https://example.org/limits",
      images: {
        maxCount: 4,
        formats: ["jpeg", "png"],
        maxBytes: 6_000,
        maxWidth: 300,
        maxHeight: 300,
      },
      video: { maxCount: 1, maxBytes: 60_000, maxSeconds: 9, maxWidth: 160, maxHeight: 160 },
    };
    const square = { ...limits, video: { ...limits.video!, maxRatio: 1 } };
    for (const path of [
      await kept(await makePhoto(join(folder, "in.jpg")), composite),
      await kept(await makeClip(join(folder, "in.mp4"), { seconds: 2 }), composite),
    ]) {
      const workDir = testFolder();
      const source = { path, probe: await look(path) };
      const targets = [{ limits }, { limits: square }];
      for (const one of await makeRenditions({ ...tools, source, targets, workDir })) {
        if (one instanceof Error) throw one;
        expect(one.recipe).toContain(`;mark=${composite}`);
        expect(await look(one.path)).toMatchObject({
          digitalSource: composite,
          bytes: one.bytes,
        });
        const { maxBytes } = one.kind === "image" ? limits.images! : limits.video!;
        expect(one.bytes).toBeLessThanOrEqual(maxBytes);
      }
    }
  });
});

describe("reading a mark", () => {
  it("takes what others write, and no other word", () => {
    const of = (text: string) => digitalSourceIn(`<x>${text}</x>`);
    const address = "http://cv.iptc.org/newscodes/digitalsourcetype/";
    expect(of(`Iptc4xmpExt:DigitalSourceType="${address}${made}"`)).toBe(made);
    expect(of(`<a:DigitalSourceType rdf:resource="${address}${composite}"/>`)).toBe(composite);
    expect(of(`DigitalSourceType='${address}digitalCapture'`)).toBeUndefined();
    expect(of(`DigitalSourceType="${address}${made}X"`)).toBeUndefined();
    expect(of(`${address}${made}`)).toBeUndefined();
    expect(of("DigitalSourceType=".repeat(10_000))).toBeUndefined();
  });

  it("is not led astray by boxes that lie", async () => {
    const folder = testFolder();
    const path = join(folder, "a.mp4");
    const box = (size: number, type: string) => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(size);
      head.write(type, 4, "latin1");
      return head;
    };
    const files = [
      Buffer.alloc(0),
      Buffer.alloc(7),
      box(4, "free"),
      box(0xffffffff, "mdat"),
      box(1, "mdat"),
      Buffer.concat([box(1, "mdat"), Buffer.alloc(8, 0xff)]),
      box(24, "uuid"),
      Buffer.concat(Array.from({ length: 5_000 }, () => box(8, "free"))),
    ];
    for (const bytes of files) {
      await writeFile(path, bytes);
      expect(await readMp4Mark(path)).toBeUndefined();
    }
    await writeFile(path, box(8, "free"));
    await markMp4(path, made);
    await appendFile(path, "rest");
    expect(await readMp4Mark(path)).toBe(made);
  });
});
