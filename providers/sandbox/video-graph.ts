import { PICTURE_END, SOUND_END } from "#media/video/mp4-options.ts";

export const videoRate = 25;

/** Where the camera goes over a still: it comes nearer or draws back, towards a point, 0…1 across and down. */
export interface Motion {
  zoom: "in" | "out";
  across: number;
  down: number;
}

export interface VideoGraphInput {
  width: number;
  height: number;
  /** Of what is new. */
  seconds: number;
  /** The stills in their order, one or two; input 0 and 1. Two are crossfaded. */
  motions: readonly Motion[];
  /** Number of the input that is laid over all that is new. */
  overlay: number;
  /** Number of the input with music; absent for a video without sound. */
  music?: number | undefined;
  /** A video that goes before: the number of its input, and whether it has sound. */
  before?: { input: number; hasSound: boolean } | undefined;
}

/** How far the camera goes: from the whole picture to this many times nearer. */
const nearest = 1.15;

/** ffmpeg's graph of a video made of stills; it ends in `[picture]`, and in `[sound]` where there is music. Pure. */
export function videoGraph(input: VideoGraphInput): string {
  const { width, height, seconds, motions, overlay, music, before } = input;
  const crossfade = motions.length > 1 ? seconds * 0.2 : 0;
  const each = (seconds + crossfade) / motions.length;
  const chains = motions.map(
    (motion, index) =>
      `[${index}:v:0]${moved({ motion, seconds: each, width, height })},setsar=1,format=yuv420p[still${index}]`,
  );
  const made =
    motions.length > 1
      ? `[still0][still1]xfade=transition=fade:duration=${crossfade.toFixed(2)}:offset=${(each - crossfade).toFixed(2)}[made]`
      : "[still0]null[made]";
  const laid = `[made][${overlay}:v:0]overlay=eof_action=repeat:format=auto,trim=end_frame=${seconds * videoRate},${PICTURE_END}`;
  const heard =
    music === undefined
      ? []
      : [`[${music}:a:0]volume=-9dB,${SOUND_END},apad,atrim=end=${seconds}[heard]`];
  if (before === undefined) {
    return [
      ...chains,
      made,
      `${laid}[picture]`,
      ...heard,
      ...(music === undefined ? [] : ["[heard]anull[sound]"]),
    ].join(";");
  }
  const old =
    `[${before.input}:v:0]fps=${videoRate}:start_time=0,` +
    `scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2,` +
    `pad=${width}:${height}:-1:-1,${PICTURE_END}[old]`;
  if (music === undefined) {
    return [...chains, made, `${laid}[new]`, old, "[old][new]concat=n=2:v=1:a=0[picture]"].join(
      ";",
    );
  }
  // A part without sound is filled with silence by concat, which needs a stream to fill.
  const oldSound = before.hasSound
    ? `[${before.input}:a:0]${SOUND_END}[oldheard]`
    : "anullsrc=r=48000:cl=stereo,atrim=end=0.01[oldheard]";
  return [
    ...[...chains, made, `${laid}[new]`, old, ...heard, oldSound],
    "[old][oldheard][new][heard]concat=n=2:v=1:a=1[picture][sound]",
  ].join(";");
}

function moved({
  motion,
  seconds,
  width,
  height,
}: {
  motion: Motion;
  seconds: number;
  width: number;
  height: number;
}): string {
  const frames = Math.round(seconds * videoRate);
  const last = Math.max(1, frames - 1);
  const share = motion.zoom === "in" ? `on/${last}` : `(${last}-on)/${last}`;
  const zoom = `1+${(nearest - 1).toFixed(2)}*${share}`;
  const [x, y] = [motion.across, motion.down].map((place) => place.toFixed(3));
  return (
    `zoompan=z='${zoom}':x='(iw-iw/zoom)*${x}':y='(ih-ih/zoom)*${y}':` +
    `d=${frames}:s=${width}x${height}:fps=${videoRate}`
  );
}
