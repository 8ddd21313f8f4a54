import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { MediaError } from "#domain/errors.ts";
import type { ImageLimits, PlatformLimits, VideoLimits } from "#platforms/contract.ts";
import type { FfmpegPaths, Probe } from "./contract.ts";
import { fitImages } from "./image/fit-images.ts";
import { chooseRecipe, recipeFor } from "./recipe-for.ts";
import type { RenditionChoice } from "./recipe-for.ts";
import { fitVideos } from "./video/fit-videos.ts";

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

export interface RenditionsInput extends FfmpegPaths {
  source: { path: string; probe: Probe };
  targets: (RenditionChoice & { limits: PlatformLimits })[];
  workDir: string;
  signal?: AbortSignal | undefined;
  /** Hears how far it is, 0…1. */
  onProgress?: ((fraction: number) => void) | undefined;
}

type Made = Omit<Rendition, "sha256" | "recipe">;
type Result<T> = T | MediaError;

/**
 * Makes the versions of a media file that several platforms take, in `workDir` (which must exist, and is the caller's to
 * remove), decoding the file once; targets of the same recipe share one file. What a model made is marked in each.
 *
 * Gives for each target its rendition, or the MediaError that says why there is none: `not_supported_by_platform`,
 * `cannot_fit`, `too_short`. Throws what `fitImages` and `fitVideos` throw where the file can't be read; the signal's
 * reason when aborted. Leaves nothing behind when it throws.
 */
export async function makeRenditions(input: RenditionsInput): Promise<Result<Rendition>[]> {
  const { source } = input;
  const wanted = new Map<string, { kind: "image" | "video"; limits: PlatformLimits }>();
  const recipes = input.targets.map(({ limits, ...choice }): Result<string> => {
    try {
      const recipe = recipeFor(limits, source.probe, choice);
      const isImage = chooseRecipe(limits, source.probe, choice) === "fit-image";
      wanted.set(recipe, { kind: isImage ? "image" : "video", limits });
      return recipe;
    } catch (error) {
      if (error instanceof MediaError) return error;
      throw error;
    }
  });
  input.signal?.throwIfAborted();
  const made = new Map([
    ...(await renderImages(
      input,
      limitsOf(wanted, "image", ({ images }) => images),
    )),
    ...(await renderVideos(
      input,
      limitsOf(wanted, "video", ({ video }) => video),
    )),
  ]);
  const renditions = new Map<string, Result<Rendition>>();
  for (const [recipe, one] of made) {
    renditions.set(
      recipe,
      one instanceof MediaError ? one : { ...one, sha256: await sha256Of(one.path), recipe },
    );
  }
  return recipes.map((recipe) => {
    if (recipe instanceof MediaError) return recipe;
    const rendition = renditions.get(recipe);
    if (!rendition) throw new Error(`nothing was made by ${recipe}`);
    return rendition;
  });
}

type Wanted<T> = { recipe: string; limits: T }[];

function limitsOf<T>(
  wanted: Map<string, { kind: "image" | "video"; limits: PlatformLimits }>,
  kind: "image" | "video",
  part: (limits: PlatformLimits) => T | undefined,
): Wanted<T> {
  return [...wanted].flatMap(([recipe, one]) => {
    const limits = one.kind === kind ? part(one.limits) : undefined;
    return limits === undefined ? [] : [{ recipe, limits }];
  });
}

async function renderImages(
  input: RenditionsInput,
  wanted: Wanted<ImageLimits>,
): Promise<[string, Result<Made>][]> {
  if (wanted.length === 0) return [];
  const { source, workDir, signal } = input;
  const still = source.probe.kind === "image" && source.probe.animated;
  const paths = wanted.map((_one, index) => join(workDir, `rendition-image-${index}`));
  const targets = wanted.map(({ limits }, index) => ({ limits, outputPath: paths[index] ?? "" }));
  const { digitalSource } = source.probe;
  const results = await fitImages({ inputPath: source.path, targets, digitalSource, signal });
  input.onProgress?.(1);
  return wanted.map(({ recipe }, index) => {
    const result = results[index];
    if (result === undefined || result instanceof MediaError) return [recipe, orMissing(result)];
    const { cropped, ...image } = result;
    const changes = [...changed("cropped", cropped), ...changed("still", still)];
    return [recipe, { path: paths[index] ?? "", kind: "image", ...image, changes }];
  });
}

async function renderVideos(
  input: RenditionsInput,
  wanted: Wanted<VideoLimits>,
): Promise<[string, Result<Made>][]> {
  const { source, workDir } = input;
  const { probe } = source;
  if (wanted.length === 0 || probe.kind === "audio") return [];
  const durationSeconds = probe.durationSeconds ?? 0;
  const paths = wanted.map((_one, index) => join(workDir, `rendition-${index}.mp4`));
  const results = await fitVideos({
    ffmpegPath: input.ffmpegPath,
    ffprobePath: input.ffprobePath,
    inputPath: source.path,
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
    targets: wanted.map(({ limits }, index) => ({ limits, outputPath: paths[index] ?? "" })),
    digitalSource: probe.digitalSource,
    signal: input.signal,
    onProgress: input.onProgress,
  });
  return wanted.map(({ recipe }, index) => {
    const result = results[index];
    if (result === undefined || result instanceof MediaError) return [recipe, orMissing(result)];
    const { padded, cropped, cut, hasAudio: _sound, ...video } = result;
    const changes = [
      ...changed("padded", padded),
      ...changed("cropped", cropped),
      ...changed("cut", cut),
    ];
    return [recipe, { path: paths[index] ?? "", kind: "video", ...video, changes }];
  });
}

function orMissing(error: MediaError | undefined): MediaError {
  if (!error) throw new Error("no result of a target");
  return error;
}

function changed(change: Change, is: boolean): Change[] {
  return is ? [change] : [];
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
