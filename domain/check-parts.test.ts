import { describe, expect, it } from "vitest";
import type { ContentLimits } from "./check-content.ts";
import { checkParts, type PartFacts } from "./check-parts.ts";

const limits: ContentLimits = {
  text: { max: 10, unit: "graphemes" },
  altTextMax: 5,
  images: { maxCount: 1 },
  requires: "either",
};
const both = { kinds: ["thread" as const, "comment" as const], max: 2 };

function part(changed: Partial<PartFacts> = {}): PartFacts {
  return { kind: "thread", text: "hello", media: [], ...changed };
}
function pointers(parts: PartFacts[], allowed = both, other: Partial<ContentLimits> = {}) {
  return checkParts(parts, allowed, { ...limits, ...other }).map(({ pointer }) => pointer);
}

describe("checkParts", () => {
  it("takes what fits, and no parts anywhere", () => {
    expect(pointers([part(), part({ kind: "comment" })])).toEqual([]);
    expect(checkParts([], undefined, limits)).toEqual([]);
  });

  it("refuses parts where a platform takes single posts only", () => {
    expect(checkParts([part(), part()], undefined, limits)).toEqual([
      { pointer: "/parts", detail: "Only single posts can be posted there." },
    ]);
  });

  it("refuses more parts, and other kinds, than a platform takes", () => {
    expect(pointers([part(), part(), part()])).toEqual(["/parts"]);
    const threads = { kinds: ["thread" as const], max: 2 };
    expect(checkParts([part(), part({ kind: "comment" })], threads, limits)).toEqual([
      { pointer: "/parts/1/kind", detail: "Comments can't be posted there." },
    ]);
  });

  it("holds each part against the limits, and counts the post itself as part 1", () => {
    const image = { kind: "image" as const };
    expect(
      pointers([part({ text: "x".repeat(11) }), part({ text: " ", media: [image, image] })]),
    ).toEqual(["/parts/0/text", "/parts/1/assets"]);
    expect(pointers([part({ text: "" })])).toEqual(["/parts/0/text"]);
    expect(pointers([part({ media: [{ ...image, altText: "longer" }] })])).toEqual([
      "/parts/0/assets/0/altText",
    ]);
    expect(checkParts([part({ text: "x".repeat(11) })], both, limits)[0]?.detail).toBe(
      "Part 2: The text has 11 characters; 10 are allowed.",
    );
  });

  it("asks no media of a part where the post itself needs some", () => {
    expect(pointers([part()], both, { requires: "media" })).toEqual([]);
    expect(pointers([part({ text: "" })], both, { requires: "media" })).toEqual(["/parts/0/text"]);
  });
});
