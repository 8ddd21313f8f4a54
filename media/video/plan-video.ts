import { MediaError } from "#domain/errors.ts";
import type { VideoLimits } from "#platforms/contract.ts";
import { fitBox } from "../fit-box.ts";
import type { Box } from "../fit-box.ts";

/** What the plan needs to know of a moving picture, video or animation. */
export interface VideoSource extends Box {
  durationSeconds: number;
  fps: number;
  hasAudio: boolean;
}

export interface VideoPlan {
  /** Of the picture, both sides even. */
  picture: Box;
  /** Of the video; another shape than the picture's where that has not an allowed ratio. */
  canvas: Box;
  /** What is done where they differ. */
  fill: NonNullable<VideoLimits["fill"]>;
  /** As ffmpeg takes it. */
  fps: string;
  /** How much of the source is taken. */
  seconds: number;
  /** Whether the end is cut off because the platform takes no more. */
  cut: boolean;
  videoKbps: number;
  /** 0: no sound. */
  audioKbps: number;
}

/** The best that any platform keeps; more is thrown away on arrival. */
const MAX_VIDEO_KBPS = 8000;
/** Below, nothing can be seen. */
const MIN_VIDEO_KBPS = 48;
/** Bits per pixel of a frame below which fewer pixels look better. */
const MIN_BITS_PER_PIXEL = 0.02;
/** Of the bytes allowed; the rest is for the container and for the encoder's errors. */
const USABLE = 0.94;
/** Without an edit list all begins two frames late, and the last packet of sound ends after the last frame. */
const CUT_SLACK_SECONDS = 0.2;

const FRAME_RATES = [
  { rate: 24000 / 1001, name: "24000/1001" },
  { rate: 24, name: "24" },
  { rate: 25, name: "25" },
  { rate: 30000 / 1001, name: "30000/1001" },
  { rate: 30, name: "30" },
];

/** The frame rate to make: what it is where platforms like it (23.98 to 30), half of 50 and 60, else 30. */
export function frameRate(fps: number): string {
  const wanted = fps > 45 && fps < 62 ? fps / 2 : fps;
  const nearest = FRAME_RATES.toSorted(
    (a, b) => Math.abs(a.rate - wanted) - Math.abs(b.rate - wanted),
  )[0];
  return nearest && Math.abs(nearest.rate - wanted) < 0.02 ? nearest.name : "30";
}

/** The largest box of the source's shape in the canvas, to the nearest even side: what is a pixel off gets no bar. */
function within(source: Box, canvas: Box): Box {
  const scale = Math.min(canvas.width / source.width, canvas.height / source.height);
  const even = (value: number, most: number) =>
    Math.min(most, Math.max(2, Math.round((value * scale) / 2) * 2));
  return { width: even(source.width, canvas.width), height: even(source.height, canvas.height) };
}

/** The smallest box of the source's shape that covers the canvas, to the nearest even side. */
function around(source: Box, canvas: Box): Box {
  const scale = Math.max(canvas.width / source.width, canvas.height / source.height);
  const even = (value: number, least: number) =>
    Math.max(least, Math.round((value * scale) / 2) * 2);
  return { width: even(source.width, canvas.width), height: even(source.height, canvas.height) };
}

/**
 * Decides how a video is made to fit: pure. `budget` is the part of the allowed bytes to aim at; less is tried when a
 * first result came out too large. Throws MediaError `too_short`, and `cannot_fit` when the bytes don't suffice.
 */
export function planVideo(input: {
  source: VideoSource;
  limits: VideoLimits;
  budget?: number;
}): VideoPlan {
  const { source, limits, budget = 1 } = input;
  if (limits.minSeconds !== undefined && source.durationSeconds < limits.minSeconds) {
    throw new MediaError(
      `the video has ${source.durationSeconds.toFixed(1)} s; the platform takes none under ${limits.minSeconds} s`,
      { code: "too_short" },
    );
  }
  const seconds = Math.min(
    source.durationSeconds,
    Math.max(limits.maxSeconds - CUT_SLACK_SECONDS, 0.1),
  );
  const kbps = (limits.maxBytes * 8 * USABLE * budget) / seconds / 1000;
  const audioKbps = source.hasAudio ? (kbps > 640 ? 128 : kbps > 256 ? 64 : 32) : 0;
  const videoKbps = Math.floor(Math.min(MAX_VIDEO_KBPS, kbps - audioKbps));
  if (videoKbps < MIN_VIDEO_KBPS) {
    throw new MediaError(
      `${seconds.toFixed(0)} s of video can't be made as small as ${limits.maxBytes} bytes; use a shorter one`,
      { code: "cannot_fit" },
    );
  }

  const fps = frameRate(source.fps);
  const { fill = "pad" } = limits;
  const how = fill === "crop" ? "crop" : "pad";
  const full = fitBox({ source, limits, how, step: 2 });
  const affordable =
    (videoKbps * 1000) /
    (MIN_BITS_PER_PIXEL * (FRAME_RATES.find(({ name }) => name === fps)?.rate ?? 30));
  const shrink = Math.min(1, Math.sqrt(affordable / (full.width * full.height)));
  const smaller = { maxWidth: full.width * shrink, maxHeight: full.height * shrink };
  const canvas =
    shrink === 1 ? full : fitBox({ source, limits: { ...limits, ...smaller }, how, step: 2 });
  return {
    picture: how === "crop" ? around(source, canvas) : within(source, canvas),
    canvas,
    fill,
    fps,
    seconds,
    cut: source.durationSeconds > limits.maxSeconds,
    videoKbps,
    audioKbps,
  };
}
