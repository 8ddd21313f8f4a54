import type { VideoProbe } from "../contract.ts";
import { keepQuality, pictureStart } from "./picture-source.ts";
import { workingBox } from "./remake-video.ts";

/** Whether every player shows this picture as it is, so that it need not be encoded anew. Pure. */
function playsEverywhere(probe: VideoProbe): boolean {
  return probe.codec === "h264" && probe.pixelFormat === "yuv420p" && !probe.hdr;
}

/** The part of a graph and the options that keep the first input's picture: untouched where every player shows it. */
export async function keptPicture(input: {
  probe: VideoProbe;
  ffmpegPath: string;
}): Promise<{ filter: string[]; options: string[] }> {
  if (playsEverywhere(input.probe)) {
    return { filter: [], options: ["-map", "0:v:0", "-c:v", "copy"] };
  }
  const { filters, fps } = await pictureStart({ ...input, box: workingBox(input.probe) });
  return {
    filter: [`[0:v:0]${filters}[picture]`],
    options: ["-map", "[picture]", ...keepQuality(fps)],
  };
}
