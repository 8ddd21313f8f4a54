/** Small media files for tests, made on the spot. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { onTestFinished, vi } from "vitest";
import type { VideoProbe } from "./contract.ts";
import { probe } from "./probe.ts";

const run = promisify(execFile);

// Encoding on a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

export const tools = {
  ffmpegPath: process.env["FFMPEG_PATH"] ?? "ffmpeg",
  ffprobePath: process.env["FFPROBE_PATH"] ?? "ffprobe",
};

/** A fresh folder for one test. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "media-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs ffmpeg as it is, without our guards, to make `path`. Options are cut at spaces, paths are not. */
export async function makeWithFfmpeg(path: string, ...options: string[]): Promise<string> {
  const args = options.flatMap((option) => (option.startsWith("/") ? [option] : option.split(" ")));
  await run(tools.ffmpegPath, [
    "-hide_banner",
    "-loglevel",
    "error",
    "-nostdin",
    "-y",
    ...args,
    path,
  ]);
  return path;
}

/** A moving test picture with a tone: H.264 and AAC in MP4 unless `options` say otherwise. */
export async function makeClip(
  path: string,
  clip: {
    size?: string;
    fps?: number | string;
    seconds?: number;
    sound?: string | false;
    options?: string[];
  } = {},
): Promise<string> {
  const { size = "160x120", fps = 30, seconds = 1, sound = "sine=440", options = [] } = clip;
  return makeWithFfmpeg(
    path,
    `-f lavfi -i testsrc=s=${size}:r=${fps}:d=${seconds}`,
    ...(sound === false ? [] : [`-f lavfi -i ${sound} -t ${seconds}`]),
    "-pix_fmt yuv420p -preset ultrafast",
    ...options,
  );
}

/** The same clip turned by its container only, as phones do. */
export async function makeRotatedClip(folder: string): Promise<string> {
  const upright = await makeClip(join(folder, "upright.mp4"));
  const path = await makeWithFfmpeg(join(folder, "rotated.mp4"), "-i", upright, "-c", "copy");
  // The display matrix of the picture's track header: a quarter turn clockwise. ffmpeg's option for it has changed names.
  const data = await readFile(path);
  const header = data.indexOf("tkhd");
  const matrix = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000];
  matrix.forEach((value, index) => data.writeInt32BE(value, header + 4 + 40 + index * 4));
  await writeFile(path, data);
  return path;
}

/** The facts of a video that a test made. */
export async function lookAtVideo(path: string): Promise<VideoProbe> {
  const found = await probe({ path, ffprobePath: tools.ffprobePath });
  if (found.kind !== "video") throw new Error(`a video was expected, not ${found.kind}`);
  return found;
}

/** One frame of a video as grey pixels, row by row. */
export async function frameOf(
  path: string,
  second: number,
): Promise<{ data: Buffer; width: number; height: number }> {
  const { data, info } = await sharp(await pictureAt(path, second))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** One frame of a video, as PNG. */
export async function pictureAt(path: string, second: number): Promise<Buffer> {
  const { stdout } = await run(
    tools.ffmpegPath,
    [
      ...["-loglevel", "error", "-nostdin", "-ss", `${second}`, "-i", path],
      ...["-frames:v", "1", "-f", "image2pipe", "-c:v", "png", "-"],
    ],
    { encoding: "buffer", maxBuffer: 64 * 1024 * 1024 },
  );
  return stdout;
}

/** A JPEG as a camera makes it: turned, with the place where it was taken. */
export async function makePhoto(path: string, size = { width: 60, height: 40 }): Promise<string> {
  await sharp(noise(size), { raw: { ...size, channels: 3 } })
    .withMetadata({ orientation: 6 })
    .withExifMerge({
      IFD0: { Make: "SecretCamera" },
      IFD3: {
        GPSLatitudeRef: "N",
        GPSLatitude: "51/1 30/1 0/1",
        GPSLongitudeRef: "E",
        GPSLongitude: "7/1 27/1 0/1",
      },
    })
    .jpeg({ quality: 90 })
    .toFile(path);
  return path;
}

/** Pixels that compress badly, the same each time. */
export function noise({ width, height }: { width: number; height: number }): Buffer {
  const data = Buffer.alloc(width * height * 3);
  let state = 1;
  for (let index = 0; index < data.length; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[index] = state >>> 24;
  }
  return data;
}

/** A PNG of a few hundred bytes that claims to be far larger. */
export function pngBomb(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(100_000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function crc32(data: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A program for a test to run instead of ffmpeg or ffprobe. */
export async function makeScript(path: string, body: string): Promise<string> {
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

/** Waits for `path` to hold a process id, as a script writes it. */
export async function readPid(path: string): Promise<number> {
  for (;;) {
    const text = await readFile(path, "utf8").catch(() => "");
    if (text.endsWith("\n")) return Number(text);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
