import "./quiet-ai.ts";
import type { ImageModelV4, SharedV4ProviderOptions } from "@ai-sdk/provider";
import { generateImage } from "ai";
import { describeSent, type SentRecord } from "./describe-sent.ts";

export interface MakeImageOptions {
  model: ImageModelV4;
  prompt: string;
  /** What it works from: the picture to change first, then what shows a subject or a style. */
  images?: readonly Uint8Array[];
  /** Where the first picture may change: there it is transparent. */
  mask?: Uint8Array | undefined;
  /** `{width}:{height}`, one of the model's. */
  aspectRatio?: string;
  /** `{width}x{height}`, one of the model's sizes; the provider's own choice without it. */
  size?: string;
  seed?: number;
  privacyOptions?: SharedV4ProviderOptions;
  signal?: AbortSignal;
}

export interface MadeImage {
  data: Uint8Array;
  /** By the bytes themselves, for example `image/png`. */
  mediaType: string;
  sent: SentRecord;
  /** Null where the provider didn't say. */
  usage: { inputTokens: number | null; outputTokens: number | null };
  warnings: string[];
}

/** Makes exactly one call to an image model, for one image. Throws what `ai` and the provider throw; see classifyModelError. */
export async function makeImage(options: MakeImageOptions): Promise<MadeImage> {
  const {
    model,
    prompt,
    images = [],
    mask,
    aspectRatio,
    size,
    seed,
    privacyOptions,
    signal,
  } = options;
  const result = await generateImage({
    model,
    prompt:
      images.length === 0
        ? prompt
        : { images: [...images], text: prompt, ...(mask === undefined ? {} : { mask }) },
    n: 1,
    maxRetries: 0,
    ...(size === undefined ? {} : { size: size as `${number}x${number}` }),
    ...(aspectRatio === undefined ? {} : { aspectRatio: aspectRatio as `${number}:${number}` }),
    ...(seed === undefined ? {} : { seed }),
    ...(privacyOptions === undefined ? {} : { providerOptions: privacyOptions }),
    ...(signal === undefined ? {} : { abortSignal: signal }),
  });
  const { uint8Array: data, mediaType } = result.image;
  return {
    data,
    mediaType,
    sent: describeImageCall(options),
    usage: {
      inputTokens: result.usage.inputTokens ?? null,
      outputTokens: result.usage.outputTokens ?? null,
    },
    warnings: result.warnings.map((warning) =>
      "feature" in warning ? `${warning.type}: ${warning.feature}` : warning.message,
    ),
  };
}

/** The record of what a call sends, for a call that may fail: the same as `sent` in its result. */
export function describeImageCall({
  model,
  prompt,
  images = [],
  mask,
  aspectRatio,
  size,
  seed,
  privacyOptions = {},
}: MakeImageOptions): SentRecord {
  return describeSent({
    model,
    fields: [
      ["prompt", prompt],
      ...images.map((image, index) => [`images[${index}]`, image] as const),
      ["mask", mask],
    ],
    settings: { size, aspectRatio, seed },
    privacyOptions,
  });
}
