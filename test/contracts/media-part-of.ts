import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import type { ImageFormat, MediaPart } from "#platforms/contract.ts";

/** A part with these bytes, as a rendition in storage gives it. */
export function mediaPartOf(input: {
  bytes: Uint8Array<ArrayBuffer>;
  kind: MediaPart["kind"];
  contentType: string;
  width: number;
  height: number;
  durationSeconds?: number;
  altText?: string;
}): MediaPart {
  const { bytes, ...facts } = input;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return {
    ...facts,
    renditionId: `rendition-${sha256.slice(0, 8)}`,
    bytes: bytes.length,
    sha256,
    open: ({ start, length } = { start: 0, length: bytes.length }) =>
      Promise.resolve(new Blob([bytes.subarray(start, start + length)]).stream()),
  };
}

/** A real picture of one colour. */
export async function imagePart(input: {
  format: ImageFormat;
  colour: string;
  altText?: string;
}): Promise<MediaPart> {
  const [width, height] = [160, 120];
  const picture = sharp({ create: { width, height, channels: 3, background: input.colour } });
  return mediaPartOf({
    bytes: new Uint8Array(await picture.toFormat(input.format).toBuffer()),
    kind: "image",
    contentType: `image/${input.format}`,
    width,
    height,
    ...(input.altText === undefined ? {} : { altText: input.altText }),
  });
}

/** A real MP4 of one second. */
export async function videoPart(input: { altText?: string }): Promise<MediaPart> {
  const [width, height, durationSeconds] = [160, 120, 1];
  const dir = await mkdtemp(join(tmpdir(), "drumbeat-video-"));
  try {
    const path = join(dir, "video.mp4");
    const source = `testsrc=size=${width}x${height}:rate=10:duration=${durationSeconds}`;
    const encode = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart", path];
    await promisify(execFile)(process.env["FFMPEG_PATH"] ?? "ffmpeg", [
      "-nostdin",
      "-v",
      "error",
      "-f",
      "lavfi",
      "-i",
      source,
      ...encode,
    ]);
    return mediaPartOf({
      bytes: new Uint8Array(await readFile(path)),
      kind: "video",
      contentType: "video/mp4",
      width,
      height,
      durationSeconds,
      ...(input.altText === undefined ? {} : { altText: input.altText }),
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
