import type { VideoProbe } from "../contract.ts";
import type { Box } from "../fit-box.ts";
import { h264Options } from "./mp4-options.ts";
import { toneMapFilter } from "./tone-map.ts";

/** How good a picture is made that will be made once more for each platform. */
const KEEP_CRF = 18;
const KEEP_PRESET = "fast";

/** A frame rate as ffmpeg takes it: the source's own, for what is not yet made for a platform. Pure. */
export function ownRate(fps: number): string {
  const rate = Math.min(60, Math.max(1, fps));
  const ntsc = [24, 30, 60].find((whole) => Math.abs(rate - (whole * 1000) / 1001) < 0.01);
  return ntsc === undefined ? `${Number(rate.toFixed(3))}` : `${ntsc * 1000}/1001`;
}

/** Options that encode a picture whose quality should not be seen to change. Pure. */
export function keepQuality(fps: string): string[] {
  return h264Options({ fps, crf: KEEP_CRF, preset: KEEP_PRESET });
}

/** The first filters over a video's picture: upright, of the size of `box`, at a steady rate from 0 on, in ordinary colours. */
export async function pictureStart(input: {
  probe: VideoProbe;
  /** Both sides even. */
  box: Box;
  ffmpegPath: string;
}): Promise<{ filters: string; fps: string }> {
  const { probe, box, ffmpegPath } = input;
  const fps = ownRate(probe.fps);
  const toneMap = await toneMapFilter({ hdr: probe.hdr, ffmpegPath });
  const scale = `scale=${box.width}:${box.height}:out_range=tv`;
  return { filters: `fps=${fps}:start_time=0,${toneMap}${scale},setsar=1,format=yuv420p`, fps };
}
