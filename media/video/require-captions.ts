import { MediaError } from "#domain/errors.ts";
import { hasFilters } from "../capabilities.ts";

/** Throws MediaError `not_available` where ffmpeg is built without the library that draws captions (libass). */
export async function requireCaptions(ffmpegPath: string): Promise<void> {
  if (await hasFilters(ffmpegPath, "ass")) return;
  throw new MediaError(
    "this installation's ffmpeg can't draw captions: it is built without libass; install a full build",
    { code: "not_available" },
  );
}
