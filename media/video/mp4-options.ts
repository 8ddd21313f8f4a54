/** ffmpeg's options for what every network and browser plays: H.264 High and AAC in MP4. All pure. */

export interface PictureQuality {
  /** As ffmpeg takes it, for example `30000/1001`. */
  fps: string;
  /** x264's: lower is better; 18 can't be told from the source. */
  crf: number;
  /** x264's. */
  preset: string;
  /** At most; left out: what the quality needs. */
  maxKbps?: number | undefined;
}

export function rateOf(fps: string): number {
  const [over = 30, under = 1] = fps.split("/").map(Number);
  return over / under;
}

export function h264Options({ fps, crf, preset, maxKbps }: PictureQuality): string[] {
  // Two seconds: what every network asks for between key frames.
  const keyFrames = `${Math.round(2 * rateOf(fps))}`;
  return [
    ["-c:v", "libx264", "-profile:v", "high", "-preset", preset, "-crf", `${crf}`],
    // A buffer of one second keeps short videos within their bytes too.
    maxKbps === undefined ? [] : ["-maxrate", `${maxKbps}k`, "-bufsize", `${maxKbps}k`],
    ["-g", keyFrames, "-keyint_min", keyFrames, "-sc_threshold", "0", "-flags", "+cgop"],
  ].flat();
}

/** The last filters of every sound: both channels at 48 kHz, beginning at 0, where the picture begins too. */
export const SOUND_END =
  "aresample=48000:async=1:first_pts=0,aformat=sample_rates=48000:channel_layouts=stereo";

/** The last filters of every picture. */
export const PICTURE_END = "setsar=1,format=yuv420p";

export function aacOptions(kbps: number): string[] {
  return ["-c:a", "aac", "-b:a", `${kbps}k`];
}

/** Nothing but picture and sound, with the index first. */
export const MP4_OPTIONS = [
  ["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"],
  ["-movflags", "+faststart", "-f", "mp4"],
].flat();
