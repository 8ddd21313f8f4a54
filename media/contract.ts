import type { DigitalSource } from "#domain/digital-source.ts";

/** What is known of a media file after looking into it; plain data, so that it may be stored and travel. */
export type Probe = ImageProbe | VideoProbe | AudioProbe;

/** As found by the bytes, not by a name; the only types that are taken. */
export type ImageType = "image/jpeg" | "image/png" | "image/webp" | "image/gif" | "image/avif";

export interface ImageProbe {
  kind: "image";
  contentType: ImageType;
  bytes: number;
  /** Pixels as seen: orientation is applied. */
  width: number;
  height: number;
  /** Whether the file itself says to turn or mirror what it holds. */
  oriented: boolean;
  /** Over all frames. */
  pixels: number;
  frames: number;
  animated: boolean;
  /** Of an animation: one pass through it. */
  durationSeconds?: number;
  hasAlpha: boolean;
  /** What the file says of how it was made, where a model had a part in it. */
  digitalSource?: DigitalSource;
}

export interface VideoProbe {
  kind: "video";
  contentType: string;
  bytes: number;
  /** Pixels as seen: rotation and the shape of the pixels are applied. */
  width: number;
  height: number;
  /** Degrees, clockwise, that a player turns the frames by: 0, 90, 180 or 270. */
  rotation: number;
  /** Of one frame. */
  pixels: number;
  durationSeconds: number;
  fps: number;
  codec: string;
  /** As ffmpeg names it, for example `yuv420p10le`. */
  pixelFormat: string;
  /** Whether the colours are PQ or HLG and need tone mapping. */
  hdr: boolean;
  hasAudio: boolean;
  audioCodec?: string;
  /** What the file says of how it was made, where a model had a part in it. */
  digitalSource?: DigitalSource;
}

export interface AudioProbe {
  kind: "audio";
  contentType: string;
  bytes: number;
  durationSeconds: number;
  codec: string;
  channels: number;
  sampleRate: number;
  /** What the file says of how it was made, where a model had a part in it. */
  digitalSource?: DigitalSource;
}

/** Where the tools are; absolute paths. */
export interface FfmpegPaths {
  ffmpegPath: string;
  ffprobePath: string;
}

/** What is taken at most; the same for every asset of every workspace. */
export const MEDIA_LIMITS = {
  /** 50 megapixels, over all frames of an animation. */
  pixels: 50_000_000,
  /** 30 minutes. */
  durationSeconds: 30 * 60,
} as const;
