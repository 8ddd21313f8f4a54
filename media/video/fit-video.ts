import { MediaError } from "#domain/errors.ts";
import type { VideoLimits } from "#platforms/contract.ts";
import { fitVideos } from "./fit-videos.ts";
import type { FitVideosInput, FittedVideo } from "./fit-videos.ts";

/** `fitVideos` for one target. Throws all of its MediaErrors: `corrupt`, `too_short`, `cannot_fit`, `timeout`. */
export async function fitVideo(
  input: Omit<FitVideosInput, "targets"> & { limits: VideoLimits; outputPath: string },
): Promise<FittedVideo> {
  const { limits, outputPath, ...rest } = input;
  const [made] = await fitVideos({ ...rest, targets: [{ limits, outputPath }] });
  if (made === undefined || made instanceof MediaError)
    throw made ?? new Error("no result of the one target");
  return made;
}
