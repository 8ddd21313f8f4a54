import { describe, expect, it } from "vitest";
import type { MediaPart, PlatformLimits } from "#platforms/contract.ts";
import { textLength } from "#domain/text-length.ts";
import { checkLimits } from "./check-limits.ts";

const limits: PlatformLimits = {
  text: { max: 10, unit: "graphemes", maxBytes: 60, titleMax: 5 },
  altTextMax: 20,
  images: { maxCount: 2, formats: ["jpeg"], maxBytes: 1_000, maxWidth: 100, maxHeight: 80 },
  video: {
    maxCount: 1,
    maxBytes: 5_000,
    minSeconds: 1,
    maxSeconds: 10,
    maxWidth: 100,
    maxHeight: 80,
  },
  requires: "either",
  checkedAt: "2026-11-22",
  source: "test",
};
const image: MediaPart = {
  renditionId: "r1",
  kind: "image",
  contentType: "image/jpeg",
  bytes: 1_000,
  sha256: "00",
  width: 100,
  height: 80,
  open: () => Promise.reject(new Error("not read here")),
};
const video: MediaPart = {
  ...image,
  kind: "video",
  contentType: "video/mp4",
  bytes: 5_000,
  durationSeconds: 10,
};

function codeOf(
  post: { text?: string; title?: string; media?: MediaPart[] },
  changed: Partial<PlatformLimits> = {},
) {
  try {
    checkLimits({
      limits: { ...limits, ...changed },
      post: { text: "", media: [], settings: {}, ...post },
    });
    return "taken";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("checkLimits", () => {
  it("takes what is just within", () => {
    expect(codeOf({ text: "0123456789", title: "12345", media: [image, image] })).toBe("taken");
    expect(codeOf({ media: [video] })).toBe("taken");
  });

  it("counts as the platform counts", () => {
    const family = "👩‍👩‍👧";
    expect(textLength(family, "graphemes")).toBe(1);
    expect(textLength(family, "codepoints")).toBe(5);
    expect(textLength(family, "utf16")).toBe(8);
    expect(codeOf({ text: family.repeat(3) })).toBe("taken");
    expect(codeOf({ text: family.repeat(4) }), "72 bytes").toBe("text_too_long");
  });

  it.each([
    ["text_too_long", { text: "01234567890" }],
    ["title_too_long", { text: "x", title: "123456" }],
    ["empty", { text: " \n" }],
    ["too_much_media", { media: [image, image, image] }],
    ["too_much_media", { media: [video, video] }],
    ["alt_text_too_long", { media: [{ ...image, altText: "x".repeat(21) }] }],
    ["media_too_large", { media: [{ ...image, bytes: 1_001 }] }],
    ["media_too_large", { media: [{ ...image, width: 101 }] }],
    ["media_too_large", { media: [{ ...video, height: 81 }] }],
    ["unsupported_type", { media: [{ ...image, contentType: "image/png" }] }],
    ["wrong_duration", { media: [{ ...video, durationSeconds: 10.5 }] }],
    ["wrong_duration", { media: [{ ...video, durationSeconds: 0.5 }] }],
  ])("refuses: %s %o", (code, post) => {
    expect(codeOf(post)).toBe(code);
  });

  it("asks for what the platform requires", () => {
    expect(codeOf({ text: "x" }, { requires: "media" })).toBe("empty");
    expect(codeOf({ media: [image] }, { requires: "text" })).toBe("empty");
  });

  it("takes no media of a kind that the platform does not know", () => {
    const { images: _images, ...textOnly } = limits;
    const post = { text: "x", media: [image], settings: {} };
    expect(() => checkLimits({ limits: textOnly, post })).toThrow(/takes no image/);
  });
});
