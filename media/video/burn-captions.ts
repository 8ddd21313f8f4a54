import type { Segment } from "./caption-pieces.ts";
import { CAPTION_FILE, CAPTION_FILTER, captionScript } from "./caption-script.ts";
import { remakeVideo, workingBox } from "./remake-video.ts";
import type { RemakeInput } from "./remake-video.ts";
import { requireCaptions } from "./require-captions.ts";

/**
 * Burns captions into a video: each segment's text from its start to its end, long ones in several short
 * pieces, out of the way of the networks' buttons. The text is shown as it is, whatever it holds.
 * Throws MediaError `not_available`, and as `runFfmpeg` does.
 */
export async function burnCaptions(input: RemakeInput & { segments: Segment[] }): Promise<void> {
  const { segments, ...rest } = input;
  await requireCaptions(input.ffmpegPath);
  const { probe } = input.video;
  const script = captionScript({
    segments,
    canvas: workingBox(probe),
    seconds: probe.durationSeconds,
  });
  await remakeVideo({
    ...rest,
    files: { [CAPTION_FILE]: script },
    picture: `[shown]${CAPTION_FILTER}[changed]`,
  });
}
