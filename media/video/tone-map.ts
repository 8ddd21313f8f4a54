import { canToneMap } from "../capabilities.ts";

const TONE_MAP =
  "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,";

/**
 * The filters, each followed by a comma, that bring PQ and HLG to what every screen shows; without them such a video
 * looks grey. Nothing where the video is no HDR or ffmpeg can't.
 */
export async function toneMapFilter(input: { hdr: boolean; ffmpegPath: string }): Promise<string> {
  return input.hdr && (await canToneMap(input.ffmpegPath)) ? TONE_MAP : "";
}
