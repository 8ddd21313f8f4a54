import type { VideoProbe } from "../contract.ts";
import type { Box } from "../fit-box.ts";
import { workingBox } from "./remake-video.ts";

export interface Enhancements {
  /** How many times as wide and high; less where the result would exceed 4K. */
  upscale?: 1.5 | 2;
  denoise?: boolean;
  stabilise?: boolean;
  colour?: boolean;
  loudness?: boolean;
}

/** 4K, lying or upright. */
const LONG_SIDE = 3840;
const SHORT_SIDE = 2160;

/** Under this name the measured shaking lies in the run's folder. */
export const SHAKE_FILE = "shake.trf";

/** How stabilising is done: measured first and then smoothed, or guessed frame by frame where ffmpeg has no libvidstab. */
export type Stabiliser = "vidstab" | "deshake";

/** The size of the result, both sides even: never above 4K, never below what it was. Pure. */
export function enhancedBox(probe: VideoProbe, upscale: number): Box {
  const box = workingBox(probe);
  const [short, long] = [box.width, box.height].toSorted((a, b) => a - b) as [number, number];
  const scale = Math.max(1, Math.min(upscale, LONG_SIDE / long, SHORT_SIDE / short));
  const even = (side: number) => Math.floor((side * scale + 1e-6) / 2) * 2;
  return { width: even(box.width), height: even(box.height) };
}

/**
 * The filters that better a picture, in the order in which they help each other: noise first, for it would be taken for
 * movement and be sharpened; size after everything that is cheaper on few pixels. Empty where nothing is asked. Pure.
 */
export function enhanceFilters(input: {
  probe: VideoProbe;
  wanted: Enhancements;
  stabiliser: Stabiliser;
}): string[] {
  const { probe, wanted, stabiliser } = input;
  const from = workingBox(probe);
  const to = enhancedBox(probe, wanted.upscale ?? 1);
  const larger = to.width > from.width || to.height > from.height;
  return [
    ...(wanted.denoise ? ["hqdn3d=luma_spatial=6:chroma_spatial=4.5:luma_tmp=9:chroma_tmp=7"] : []),
    ...(wanted.stabilise
      ? [
          stabiliser === "vidstab"
            ? `vidstabtransform=input=${SHAKE_FILE}:smoothing=15:optzoom=1:interpol=bicubic`
            : "deshake=rx=32:ry=32:edge=mirror",
        ]
      : []),
    // Slowly, and not all the way: what is meant to be dark stays dark.
    ...(wanted.colour
      ? ["normalize=smoothing=50:independence=0.2:strength=0.6", "eq=saturation=1.08"]
      : []),
    ...(larger ? [`scale=${to.width}:${to.height}:flags=lanczos:out_range=tv`] : []),
    // What was made larger or turned is a little soft; sharpened noise would be noise again.
    ...(larger || wanted.stabilise ? ["unsharp=5:5:0.5:5:5:0"] : []),
  ];
}
