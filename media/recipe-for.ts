import type { DigitalSource } from "#domain/digital-source.ts";
import { MediaError } from "#domain/errors.ts";
import type { PlatformLimits } from "#platforms/contract.ts";
import type { Probe } from "./contract.ts";

/** What a recipe depends on of a file: a probe has it, and so has an asset's row, without a look into the file. */
export interface RecipeSource {
  kind: Probe["kind"];
  contentType: string;
  animated?: boolean;
  durationSeconds?: number;
  digitalSource?: DigitalSource;
}

export interface RenditionChoice {
  /**
   * What an animated GIF becomes where a video may go, for no platform takes GIF here: `video` (default), or `still`,
   * its first frame, for a post whose other media are images.
   */
  animated?: "video" | "still";
}

/** Raised when a recipe's result changes, so that renditions made before are not taken for it. */
const VERSIONS = { "fit-image": 1, "fit-video": 2 } as const;

type Recipe = keyof typeof VERSIONS;

/** Which recipe makes a file that probed so fit these limits. Pure. Throws MediaError `not_supported_by_platform`. */
export function chooseRecipe(
  limits: PlatformLimits,
  probe: RecipeSource,
  choice: RenditionChoice,
): Recipe {
  if (probe.kind === "video" && limits.video) return "fit-video";
  if (probe.kind === "image") {
    const { animated, contentType, durationSeconds = 0 } = probe;
    // ffmpeg reads no animated WebP; a GIF too short for the platform's videos stays an image.
    const asVideo = animated && contentType === "image/gif" && choice.animated !== "still";
    if (asVideo && limits.video && durationSeconds >= (limits.video.minSeconds ?? 0))
      return "fit-video";
    if (limits.images) return "fit-image";
  }
  throw new MediaError(`the platform takes no ${probe.kind}`, {
    code: "not_supported_by_platform",
  });
}

function range(limits: { minRatio?: number; maxRatio?: number }): string {
  return `${limits.minRatio ?? ""}..${limits.maxRatio ?? ""}`;
}

/**
 * Says how a file that probed so is made to fit these limits: a stable string that names the recipe, its version and
 * every limit that the result depends on. Same bytes and same string, same rendition: (sha256 of the asset, recipe) is
 * the key to keep it by. Pure. Throws MediaError `not_supported_by_platform`.
 */
export function recipeFor(
  limits: PlatformLimits,
  probe: RecipeSource,
  choice: RenditionChoice = {},
): string {
  const recipe = chooseRecipe(limits, probe, choice);
  const { images, video } = limits;
  const parts = [`${recipe}@${VERSIONS[recipe]}`];
  if (recipe === "fit-image" && images) {
    parts.push(`formats=${images.formats.toSorted().join("+")}`, `bytes=${images.maxBytes}`);
    parts.push(`box=${images.maxWidth}x${images.maxHeight}`, `ratio=${range(images)}`);
  } else if (video) {
    parts.push(`seconds=${video.minSeconds ?? 0}..${video.maxSeconds}`, `bytes=${video.maxBytes}`);
    parts.push(`box=${video.maxWidth}x${video.maxHeight}`, `ratio=${range(video)}`);
    if (video.fill) parts.push(`fill=${video.fill}`);
  }
  if (probe.digitalSource) parts.push(`mark=${probe.digitalSource}`);
  return parts.join(";");
}
