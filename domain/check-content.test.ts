import { expect, test } from "vitest";
import { checkContent, isTooLong, type ContentFacts, type ContentLimits } from "./check-content.ts";

const limits: ContentLimits = {
  text: { max: 10, unit: "graphemes", maxBytes: 40, titleMax: 3 },
  altTextMax: 5,
  images: { maxCount: 2 },
  video: { maxCount: 1 },
  requires: "either",
};
const image = { kind: "image" as const };
const video = { kind: "video" as const };

function pointers(content: Partial<ContentFacts>, other: Partial<ContentLimits> = {}): string[] {
  return checkContent({ text: "hello", media: [], ...content }, { ...limits, ...other }).map(
    ({ pointer }) => pointer,
  );
}

test("what fits has no problem", () => {
  expect(pointers({})).toEqual([]);
  expect(
    pointers({
      text: "a".repeat(10),
      title: "abc",
      media: [{ ...image, altText: "abcde" }, image],
    }),
  ).toEqual([]);
  expect(pointers({ text: "", media: [video] })).toEqual([]);
});

test("counts as the platform counts, and its bytes too", () => {
  expect(pointers({ text: "a".repeat(11) })).toEqual(["/text"]);
  expect(pointers({ text: "👨‍👩‍👧" })).toEqual([]);
  // One grapheme of 18 bytes each: three are fewer than ten, and more than forty bytes.
  expect(pointers({ text: "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧" })).toEqual(["/text"]);
  expect(checkContent({ text: "a".repeat(12), media: [] }, limits)[0]?.detail).toBe(
    "The text has 12 characters; 10 are allowed.",
  );
});

test("the title has a length of its own", () => {
  expect(pointers({ title: "abcd" })).toEqual(["/title"]);
  expect(pointers({ title: "abcd" }, { text: { max: 10, unit: "graphemes" } })).toEqual([]);
});

test.each([
  ["text", "", [], ["/text"]],
  ["text", " \n\t", [image], ["/text"]],
  ["media", "hello", [], ["/assets"]],
  ["media", "", [image], []],
  ["either", "  ", [], ["/text"]],
  ["either", "", [image], []],
] as const)("where %s is required: %j with %j", (requires, text, media, expected) => {
  expect(pointers({ text, media: [...media] }, { requires })).toEqual(expected);
});

test("media that a platform does not take is named one by one", () => {
  expect(pointers({ media: [{ kind: "audio" }] })).toEqual(["/assets/0"]);
  const { images: _images, ...withoutImages } = limits;
  expect(
    checkContent({ text: "a", media: [video, image] }, withoutImages).map(({ pointer }) => pointer),
  ).toEqual(["/assets/1", "/assets"]);
  const { video: _video, ...withoutVideo } = limits;
  expect(
    checkContent({ text: "a", media: [video] }, withoutVideo).map(({ pointer }) => pointer),
  ).toEqual(["/assets/0"]);
});

test("too many, mixed, or described at too great length", () => {
  expect(pointers({ media: [image, image, image] })).toEqual(["/assets"]);
  expect(pointers({ media: [video, video] })).toEqual(["/assets"]);
  expect(pointers({ media: [image, video] })).toEqual(["/assets"]);
  expect(pointers({ media: [image, { ...image, altText: "abcdef" }] })).toEqual([
    "/assets/1/altText",
  ]);
});

test("a text alone is too long by its characters or its bytes", () => {
  expect(isTooLong("a".repeat(10), limits.text)).toBe(false);
  expect(isTooLong("a".repeat(11), limits.text)).toBe(true);
  expect(isTooLong("🧑‍🌾".repeat(4), limits.text)).toBe(true);
  expect(isTooLong("🧑‍🌾".repeat(4), { max: 10, unit: "graphemes" })).toBe(false);
});
