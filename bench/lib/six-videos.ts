import path from "node:path";
import { SIZES } from "./six-sizes.ts";

/** What a person would write to get the same six files out of ffmpeg: same codec, preset, quality, loudness and shape. */
const ENCODED = [
  ["-c:v", "libx264", "-profile:v", "high", "-preset", "fast", "-crf", "21"],
  ["-maxrate", "8000k", "-bufsize", "8000k", "-g", "60", "-keyint_min", "60"],
  ["-sc_threshold", "0", "-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2"],
  ["-map_metadata", "-1", "-movflags", "+faststart", "-y"],
].flat();

const LOUD = "loudnorm=I=-14:TP=-1:LRA=11";

interface Work {
  clip: string;
  folder: string;
  seconds: number;
}

function shape({ width, height }: (typeof SIZES)[number]): string {
  return `scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2,pad=${width}:${height}:-1:-1,setsar=1,format=yuv420p`;
}

/** One command for all. */
export function togetherArguments({ clip, folder, seconds }: Work): string[] {
  const names = SIZES.map((_size, index) => index);
  const filter = [
    `[0:v]fps=30,split=${SIZES.length}${names.map((n) => `[s${n}]`).join("")}`,
    ...SIZES.map((size, n) => `[s${n}]${shape(size)}[v${n}]`),
    `[0:a]${LOUD},aresample=48000,asplit=${SIZES.length}${names.map((n) => `[a${n}]`).join("")}`,
  ].join(";");
  const outputs = SIZES.flatMap(({ width, height }, n) => [
    ...["-map", `[v${n}]`, "-map", `[a${n}]`, "-t", `${seconds}`, ...ENCODED],
    path.join(folder, `together-${width}x${height}.mp4`),
  ]);
  return ["-i", clip, "-filter_complex", filter, ...outputs];
}

/** A command for each. */
export function separateArguments({ clip, folder, seconds }: Work): string[][] {
  return SIZES.map((size) => [
    ...["-i", clip, "-vf", `fps=30,${shape(size)}`, "-af", LOUD, "-t", `${seconds}`, ...ENCODED],
    path.join(folder, `separate-${size.width}x${size.height}.mp4`),
  ]);
}
