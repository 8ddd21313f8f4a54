import { PlatformError } from "#domain/errors.ts";
import { textLength } from "#domain/text-length.ts";
import type {
  ImageLimits,
  MediaPart,
  OutgoingPost,
  PlatformLimits,
  VideoLimits,
} from "#platforms/contract.ts";

/** Throws PlatformError `reject` for a post that the platform would not take, before anything is sent. Pure. */
export function checkLimits(input: { limits: PlatformLimits; post: OutgoingPost }): void {
  const { limits, post } = input;
  checkText({ limits, post });
  const hasText = post.text.trim() !== "";
  const hasMedia = post.media.length > 0;
  if (limits.requires === "text" && !hasText) throw refused("empty", "The post needs text.");
  if (limits.requires === "media" && !hasMedia)
    throw refused("empty", "The post needs an image or a video.");
  if (!hasText && !hasMedia) throw refused("empty", "The post needs text, an image or a video.");

  checkCount({ media: post.media, kind: "image", limits: limits.images });
  checkCount({ media: post.media, kind: "video", limits: limits.video });
  for (const part of post.media) {
    if (textLength(part.altText ?? "", "codepoints") > limits.altTextMax)
      throw refused(
        "alt_text_too_long",
        `A description may have at most ${limits.altTextMax} characters.`,
      );
    const own = part.kind === "image" ? limits.images : limits.video;
    if (own !== undefined) checkPart({ part, limits: own });
    if (part.kind === "image" && limits.images !== undefined)
      checkFormat({ part, limits: limits.images });
    if (part.kind === "video" && limits.video !== undefined)
      checkDuration({ part, limits: limits.video });
  }
}

function checkText(input: { limits: PlatformLimits; post: OutgoingPost }): void {
  const { text } = input.limits;
  const tooLong =
    // Bytes first: counting graphemes of a huge text takes long.
    (text.maxBytes !== undefined && Buffer.byteLength(input.post.text) > text.maxBytes) ||
    textLength(input.post.text, text.unit) > text.max;
  if (tooLong)
    throw refused("text_too_long", `The text may have at most ${text.max} ${text.unit}.`);
  if (text.titleMax !== undefined && textLength(input.post.title ?? "", text.unit) > text.titleMax)
    throw refused("title_too_long", `The title may have at most ${text.titleMax} ${text.unit}.`);
}

function checkCount(input: {
  media: MediaPart[];
  kind: MediaPart["kind"];
  limits: ImageLimits | VideoLimits | undefined;
}): void {
  const count = input.media.filter((part) => part.kind === input.kind).length;
  const most = input.limits?.maxCount ?? 0;
  if (count <= most) return;
  const taken =
    most === 0 ? `no ${input.kind}` : `at most ${most} ${input.kind}${most === 1 ? "" : "s"}`;
  throw refused("too_much_media", `A post here takes ${taken}.`);
}

function checkPart(input: { part: MediaPart; limits: ImageLimits | VideoLimits }): void {
  const { part, limits } = input;
  if (part.bytes > limits.maxBytes)
    throw refused(
      "media_too_large",
      `The ${part.kind} has ${part.bytes} bytes, at most ${limits.maxBytes} are taken.`,
    );
  if (part.width > limits.maxWidth || part.height > limits.maxHeight)
    throw refused(
      "media_too_large",
      `The ${part.kind} has ${part.width}×${part.height} pixels, at most ${limits.maxWidth}×${limits.maxHeight} are taken.`,
    );
}

function checkFormat(input: { part: MediaPart; limits: ImageLimits }): void {
  const taken = input.limits.formats.map((format) => `image/${format}`);
  if (!taken.includes(input.part.contentType))
    throw refused("unsupported_type", `Images are taken as ${taken.join(" or ")}.`);
}

function checkDuration(input: { part: MediaPart; limits: VideoLimits }): void {
  const { minSeconds = 0, maxSeconds } = input.limits;
  const seconds = input.part.durationSeconds;
  if (seconds !== undefined && (seconds < minSeconds || seconds > maxSeconds))
    throw refused("wrong_duration", `A video has to last ${minSeconds} to ${maxSeconds} seconds.`);
}

function refused(code: string, message: string): PlatformError {
  return new PlatformError(message, { fate: "reject", code });
}
