import { stat } from "node:fs/promises";
import { z } from "zod";
import type { DigitalSource } from "#domain/digital-source.ts";
import { MediaError } from "#domain/errors.ts";
import { MEDIA_LIMITS } from "./contract.ts";
import type { AudioProbe, ImageProbe, ImageType, Probe, VideoProbe } from "./contract.ts";
import { findFileType } from "./file-types.ts";
import type { Demuxer } from "./file-types.ts";
import { digitalSourceIn, MOST_XMP_BYTES, readMp4Mark } from "./mark-generated.ts";
import { imageMetadata, imageWork, openImage } from "./image/open-image.ts";
import { runFfprobe } from "./run-ffprobe.ts";

/**
 * Finds out what a media file is, by its content alone, and whether it may be taken: throws MediaError
 * `empty`, `unsupported_type`, `corrupt`, `too_many_pixels` or `too_long`, and the signal's reason when aborted.
 * It decodes the file, so whoever has better things to lose calls `probeInChild`.
 */
export async function probe(input: {
  path: string;
  ffprobePath: string;
  /** Set by a process that is confined itself, and so are its children. */
  confined?: boolean;
  signal?: AbortSignal;
}): Promise<Probe> {
  const { size: bytes } = await stat(input.path);
  if (bytes === 0) throw new MediaError("the file is empty", { code: "empty" });
  const type = await findFileType(input.path);
  input.signal?.throwIfAborted();
  return type.reader === "sharp"
    ? probeImage({ path: input.path, contentType: type.contentType, bytes })
    : probeWithFfprobe({ ...input, contentType: type.contentType, demuxer: type.demuxer, bytes });
}

async function probeImage(input: {
  path: string;
  contentType: ImageType;
  bytes: number;
}): Promise<ImageProbe> {
  const metadata = await imageMetadata(input);
  const frames = metadata.pages ?? 1;
  const frameHeight = metadata.pageHeight ?? metadata.height;
  const pixels = metadata.width * frameHeight * frames;
  checkPixels(pixels, frames > 1 ? `over all of its ${frames} frames` : "");
  // The header may be fine and the rest missing: only decoding shows it. Made tiny at once, it takes little memory.
  await imageWork(() =>
    openImage({ path: input.path, animated: frames > 1 })
      .resize(8, 8, { fit: "fill", kernel: "nearest" })
      .raw()
      .toBuffer(),
  );
  // As browsers and ffmpeg do: no frame is shown for less than 20 ms; who asks for less gets 100.
  const delays = (metadata.delay ?? []).map((delay) => (delay < 20 ? 100 : delay));
  return {
    kind: "image",
    contentType: input.contentType,
    bytes: input.bytes,
    width: metadata.autoOrient.width,
    height: frames > 1 ? frameHeight : metadata.autoOrient.height,
    oriented: (metadata.orientation ?? 1) !== 1,
    pixels,
    frames,
    animated: frames > 1,
    ...(frames > 1 && { durationSeconds: delays.reduce((sum, delay) => sum + delay, 0) / 1000 }),
    hasAlpha: metadata.hasAlpha,
    ...markOf(metadata.xmp && digitalSourceIn(metadata.xmp.toString("utf8", 0, MOST_XMP_BYTES))),
  };
}

/** Numbers that ffprobe writes as text; `N/A` and the like are missing. */
const Num = z
  .union([z.string(), z.number()])
  .optional()
  .transform((value) =>
    value === undefined || !Number.isFinite(Number(value)) ? undefined : Number(value),
  );

const Stream = z.object({
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  width: Num,
  height: Num,
  pix_fmt: z.string().optional(),
  sample_aspect_ratio: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  r_frame_rate: z.string().optional(),
  color_transfer: z.string().optional(),
  duration: Num,
  channels: Num,
  sample_rate: Num,
  disposition: z.object({ attached_pic: z.number().optional() }).optional(),
  side_data_list: z.array(z.object({ rotation: Num })).optional(),
});
type Stream = z.infer<typeof Stream>;

const Answer = z.object({
  streams: z.array(Stream).default([]),
  format: z.object({ duration: Num }).default({ duration: undefined }),
});

async function probeWithFfprobe(input: {
  path: string;
  ffprobePath: string;
  contentType: string;
  demuxer: Demuxer;
  bytes: number;
  confined?: boolean;
  signal?: AbortSignal;
}): Promise<VideoProbe | AudioProbe> {
  const answer = await runFfprobe({
    ...input,
    options: ["-show_streams", "-show_format", "-of", "json"],
  });
  const { streams, format } = Answer.parse(JSON.parse(answer));
  // The cover of a song is a video stream as well.
  const video = streams.find(
    (stream) => stream.codec_type === "video" && stream.disposition?.attached_pic !== 1,
  );
  const audio = streams.find((stream) => stream.codec_type === "audio");
  if (video) checkPixels((video.width ?? 0) * (video.height ?? 0), "in a frame");
  const main = video ?? audio;
  if (!main)
    throw new MediaError("the file holds neither video nor audio", { code: "unsupported_type" });

  const durationSeconds = format.duration ?? main.duration ?? (await lastTimestamp(input));
  if (durationSeconds > MEDIA_LIMITS.durationSeconds) {
    throw new MediaError(
      `it is ${Math.ceil(durationSeconds)} s long; at most ${MEDIA_LIMITS.durationSeconds} s are taken`,
      {
        code: "too_long",
      },
    );
  }
  if (durationSeconds <= 0)
    throw new MediaError("the file holds no moment of video or audio", { code: "corrupt" });
  const mark = input.demuxer === "mov" ? await readMp4Mark(input.path) : undefined;
  const facts = { bytes: input.bytes, durationSeconds, ...markOf(mark) };
  if (video)
    return videoFacts({
      ...facts,
      contentType: input.contentType.replace(/^audio\//, "video/"),
      video,
      audio,
    });
  return audioFacts({
    ...facts,
    contentType: input.contentType.replace(/^video\//, "audio/"),
    audio: main,
  });
}

function videoFacts(input: {
  contentType: string;
  bytes: number;
  durationSeconds: number;
  digitalSource?: DigitalSource;
  video: Stream;
  audio: Stream | undefined;
}): VideoProbe {
  const { video, audio } = input;
  const { width = 0, height = 0 } = video;
  if (width < 1 || height < 1 || !video.codec_name || !video.pix_fmt) {
    throw new MediaError("the video's pictures can't be read: they are damaged or too large", {
      code: "corrupt",
    });
  }
  // ffprobe counts against the clock.
  const turned =
    Math.round(
      (video.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0) / 90,
    ) * -90;
  const rotation = ((turned % 360) + 360) % 360;
  const pixelShape = fraction(video.sample_aspect_ratio, ":") ?? 1;
  const seen = { width: Math.max(1, Math.round(width * pixelShape)), height };
  const upright = rotation % 180 === 0;
  return {
    kind: "video",
    contentType: input.contentType,
    bytes: input.bytes,
    width: upright ? seen.width : seen.height,
    height: upright ? seen.height : seen.width,
    rotation,
    pixels: width * height,
    durationSeconds: input.durationSeconds,
    fps: fraction(video.avg_frame_rate, "/") ?? fraction(video.r_frame_rate, "/") ?? 30,
    codec: video.codec_name,
    pixelFormat: video.pix_fmt,
    hdr: video.color_transfer === "smpte2084" || video.color_transfer === "arib-std-b67",
    hasAudio: audio?.codec_name !== undefined,
    ...(audio?.codec_name !== undefined && { audioCodec: audio.codec_name }),
    ...markOf(input.digitalSource),
  };
}

function audioFacts(input: {
  contentType: string;
  bytes: number;
  durationSeconds: number;
  digitalSource?: DigitalSource;
  audio: Stream;
}): AudioProbe {
  const { codec_name: codec, channels, sample_rate: sampleRate } = input.audio;
  if (!codec || !channels || !sampleRate)
    throw new MediaError("the sound can't be read", { code: "corrupt" });
  return {
    kind: "audio",
    contentType: input.contentType,
    bytes: input.bytes,
    durationSeconds: input.durationSeconds,
    codec,
    channels,
    sampleRate,
    ...markOf(input.digitalSource),
  };
}

function markOf(digitalSource: DigitalSource | undefined): { digitalSource?: DigitalSource } {
  return digitalSource === undefined ? {} : { digitalSource };
}

function checkPixels(pixels: number, where: string): void {
  if (pixels > MEDIA_LIMITS.pixels) {
    throw new MediaError(
      `it has ${(pixels / 1e6).toFixed(1)} megapixels ${where}`.trim() +
        `; at most ${MEDIA_LIMITS.pixels / 1e6} are taken`,
      { code: "too_many_pixels" },
    );
  }
}

/** `a<separator>b` as a number above 0, if it is one. */
function fraction(text: string | undefined, separator: string): number | undefined {
  const [over, under] = (text ?? "").split(separator).map(Number);
  const value = (over ?? Number.NaN) / (under ?? Number.NaN);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Browsers record WebM without saying how long it is; then every packet is asked for its time. */
async function lastTimestamp(input: {
  path: string;
  ffprobePath: string;
  demuxer: Demuxer;
  confined?: boolean;
  signal?: AbortSignal;
}): Promise<number> {
  const options = ["-show_entries", "packet=pts_time", "-of", "csv=p=0"];
  const answer = await runFfprobe({ ...input, options });
  let last = 0;
  for (const line of answer.split("\n")) {
    const seconds = Number.parseFloat(line);
    if (seconds > last) last = seconds;
  }
  return last;
}
