import { textLength, type TextUnit } from "./text-length.ts";

/** The part of a platform's limits that content can be held against before any media is made to fit. */
export interface ContentLimits {
  text: { max: number; unit: TextUnit; maxBytes?: number; titleMax?: number };
  altTextMax: number;
  images?: { maxCount: number };
  video?: { maxCount: number };
  requires: "text" | "media" | "either";
}

export interface ContentFacts {
  text: string;
  title?: string | undefined;
  media: { kind: "image" | "video" | "audio"; altText?: string | undefined }[];
}

export interface ContentProblem {
  /** Pointer below the content, for example `/text`. */
  pointer: string;
  detail: string;
}

/** Everything that keeps this content from a platform with these limits, in words for people; empty when it fits. */
export function checkContent(content: ContentFacts, limits: ContentLimits): ContentProblem[] {
  return [...textProblems(content, limits), ...mediaProblems(content, limits)];
}

/** Whether a text alone is more than the platform takes, whatever else is in the post. */
export function isTooLong(text: string, { max, unit, maxBytes }: ContentLimits["text"]): boolean {
  return textLength(text, unit) > max || (maxBytes !== undefined && bytesOf(text) > maxBytes);
}

/** Not by Node's Buffer: the console counts with this too. */
function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function textProblems(
  { text, title, media }: ContentFacts,
  limits: ContentLimits,
): ContentProblem[] {
  const problems: ContentProblem[] = [];
  const length = textLength(text, limits.text.unit);
  if (length > limits.text.max) {
    problems.push({
      pointer: "/text",
      detail: `The text has ${length} characters; ${limits.text.max} are allowed.`,
    });
  }
  const bytes = bytesOf(text);
  if (limits.text.maxBytes !== undefined && bytes > limits.text.maxBytes) {
    problems.push({
      pointer: "/text",
      detail: `The text has ${bytes} bytes; ${limits.text.maxBytes} are allowed.`,
    });
  }
  if (
    title !== undefined &&
    limits.text.titleMax !== undefined &&
    textLength(title, limits.text.unit) > limits.text.titleMax
  ) {
    problems.push({
      pointer: "/title",
      detail: `The title may have ${limits.text.titleMax} characters.`,
    });
  }
  if (limits.requires === "text" && text.trim() === "")
    problems.push({ pointer: "/text", detail: "A text is needed." });
  if (limits.requires === "media" && media.length === 0) {
    problems.push({ pointer: "/assets", detail: "An image or video is needed." });
  }
  if (limits.requires === "either" && text.trim() === "" && media.length === 0) {
    problems.push({ pointer: "/text", detail: "A text or media is needed." });
  }
  return problems;
}

function mediaProblems({ media }: ContentFacts, limits: ContentLimits): ContentProblem[] {
  const problems: ContentProblem[] = [];
  const add = (detail: string, index?: number) =>
    problems.push({ pointer: index === undefined ? "/assets" : `/assets/${index}`, detail });
  const images = media.filter((one) => one.kind === "image").length;
  const videos = media.filter((one) => one.kind === "video").length;
  for (const [index, one] of media.entries()) {
    if (one.kind === "audio") add("Sound alone can't be posted; make it a video.", index);
    if (one.kind === "image" && !limits.images) add("Images can't be posted there.", index);
    if (one.kind === "video" && !limits.video) add("Videos can't be posted there.", index);
    if (one.altText !== undefined && textLength(one.altText, "graphemes") > limits.altTextMax) {
      problems.push({
        pointer: `/assets/${index}/altText`,
        detail: `The description may have ${limits.altTextMax} characters.`,
      });
    }
  }
  if (limits.images && images > limits.images.maxCount)
    add(`At most ${limits.images.maxCount} images are allowed.`);
  if (limits.video && videos > limits.video.maxCount)
    add(`At most ${limits.video.maxCount} video is allowed.`);
  if (images > 0 && videos > 0) add("Images and videos can't go in one post.");
  return problems;
}
