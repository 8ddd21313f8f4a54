import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { MediaError } from "#domain/errors.ts";
import type { PlatformLimits } from "#platforms/contract.ts";
import type { FfmpegPaths, Probe } from "./contract.ts";
import { fitImage } from "./image/fit-image.ts";
import { fitVideo } from "./video/fit-video.ts";

/** What was done to the content to make it fit, that a person may want to know before it goes out. */
export type Change = "cropped" | "padded" | "cut" | "still";

export interface Rendition {
  path: string;
  kind: "image" | "video";
  contentType: string;
  bytes: number;
  /** Hex. */
  sha256: string;
  width: number;
  height: number;
  durationSeconds?: number;
  /** `recipeFor` of what it was made from. */
  recipe: string;
  changes: Change[];
}

export interface RenditionChoice {
  /**
   * What an animated GIF becomes where a video may go, for no platform takes GIF here: `video` (default), or `still`,
   * its first frame, for a post whose other media are images.
   */
  animated?: "video" | "still";
}

/** Raised when a recipe's result changes, so that renditions made before are not taken for it. */
const VERSIONS = { "fit-image": 1, "fit-video": 1 } as const;

type Recipe = keyof typeof VERSIONS;

function chooseRecipe(limits: PlatformLimits, probe: Probe, choice: RenditionChoice): Recipe {
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
  probe: Probe,
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
  }
  return parts.join(";");
}

/**
 * Makes the version of a media file that a platform takes, in `workDir` (which must exist, and is the caller's to
 * remove). Throws MediaError `not_supported_by_platform` when the platform takes nothing of the kind, and what
 * `fitImage` and `fitVideo` throw; the signal's reason when aborted. Leaves nothing behind when it throws.
 */
export async function makeRendition(
  input: FfmpegPaths &
    RenditionChoice & {
      source: { path: string; probe: Probe };
      limits: PlatformLimits;
      workDir: string;
      signal?: AbortSignal;
      /** Hears how far it is, 0…1. */
      onProgress?: (fraction: number) => void;
    },
): Promise<Rendition> {
  const { source, limits } = input;
  const choice = { ...(input.animated && { animated: input.animated }) };
  const recipe = recipeFor(limits, source.probe, choice);
  input.signal?.throwIfAborted();
  const made =
    chooseRecipe(limits, source.probe, choice) === "fit-image"
      ? await renderImage(input)
      : await renderVideo(input);
  return { ...made, sha256: await sha256Of(made.path), recipe };
}

type Work = Parameters<typeof makeRendition>[0];
type Made = Omit<Rendition, "sha256" | "recipe">;

async function renderImage({ source, limits, workDir, signal, onProgress }: Work): Promise<Made> {
  if (!limits.images)
    throw new MediaError("the platform takes no image", { code: "not_supported_by_platform" });
  const path = join(workDir, "rendition-image");
  const { cropped, ...image } = await fitImage({
    inputPath: source.path,
    outputPath: path,
    limits: limits.images,
    ...(signal && { signal }),
  });
  onProgress?.(1);
  const still = source.probe.kind === "image" && source.probe.animated;
  return {
    path,
    kind: "image",
    ...image,
    changes: [...changed("cropped", cropped), ...changed("still", still)],
  };
}

async function renderVideo(work: Work): Promise<Made> {
  const { source, limits, workDir, signal, onProgress } = work;
  const { probe } = source;
  if (!limits.video || probe.kind === "audio") {
    throw new MediaError(`the platform takes no ${probe.kind}`, {
      code: "not_supported_by_platform",
    });
  }
  const durationSeconds = probe.durationSeconds ?? 0;
  const path = join(workDir, "rendition.mp4");
  const {
    padded,
    cut,
    hasAudio: _sound,
    ...video
  } = await fitVideo({
    ffmpegPath: work.ffmpegPath,
    ffprobePath: work.ffprobePath,
    inputPath: source.path,
    outputPath: path,
    source:
      probe.kind === "video"
        ? probe
        : {
            ...probe,
            durationSeconds,
            fps: probe.frames / durationSeconds,
            hasAudio: false,
            hdr: false,
          },
    limits: limits.video,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  return {
    path,
    kind: "video",
    ...video,
    changes: [...changed("padded", padded), ...changed("cut", cut)],
  };
}

function changed(change: Change, is: boolean): Change[] {
  return is ? [change] : [];
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
