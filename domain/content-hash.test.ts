import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentHash, type HashedContent } from "./content-hash.ts";

const content: HashedContent = {
  text: "Hello",
  title: null,
  targets: [
    {
      channelId: "b",
      overrides: { text: "Hi", assets: [] },
      settings: { reply: true, tags: ["x", "y"] },
      media: [
        { sha256: "1".repeat(64), altText: "a cat" },
        { sha256: "2".repeat(64), altText: null },
      ],
    },
    { channelId: "a", overrides: {}, settings: {}, media: [] },
  ],
};
const [first, second] = content.targets;
if (!first || !second) throw new Error("two targets are needed");

test("is SHA-256 over canonical JSON: the same in every version of this program", () => {
  expect(contentHash({ text: "a", title: null, targets: [] })).toBe(
    // printf '{"targets":[],"text":"a","title":null}' | sha256sum
    "f2e5f85867d936649d75b0dc56584777123910c5078202f7f815fee4d0053afa",
  );
});

test("the order of targets and of properties does not matter", () => {
  expect(contentHash({ ...content, targets: [second, first] })).toBe(contentHash(content));
  const turned = {
    media: first.media,
    settings: { tags: ["x", "y"], reply: true },
    overrides: first.overrides,
    channelId: "b",
  };
  expect(contentHash({ targets: [turned, second], title: null, text: "Hello" })).toBe(
    contentHash(content),
  );
});

describe("everything that people see changes it", () => {
  const changes: [string, HashedContent][] = [
    ["the text", { ...content, text: "Hello " }],
    ["the title", { ...content, title: "" }],
    ["a target more", { ...content, targets: [...content.targets, { ...second, channelId: "c" }] }],
    ["a target less", { ...content, targets: [first] }],
    ["another channel", { ...content, targets: [{ ...first, channelId: "c" }, second] }],
    ["an override", { ...content, targets: [{ ...first, overrides: { text: "Hey" } }, second] }],
    ["a setting", { ...content, targets: [{ ...first, settings: { reply: false } }, second] }],
    [
      "the order of the media",
      { ...content, targets: [{ ...first, media: first.media.toReversed() }, second] },
    ],
    [
      "the bytes of the media",
      {
        ...content,
        targets: [{ ...first, media: [{ sha256: "3".repeat(64), altText: "a cat" }] }, second],
      },
    ],
    [
      "a description",
      {
        ...content,
        targets: [{ ...first, media: [{ sha256: "1".repeat(64), altText: "a dog" }] }, second],
      },
    ],
  ];
  test.each(changes)("%s", (_what, changed) =>
    expect(contentHash(changed)).not.toBe(contentHash(content)),
  );
  test("and no two changes give the same", () => {
    expect(new Set(changes.map(([, changed]) => contentHash(changed))).size).toBe(changes.length);
  });
});

test("what it was given is not changed, and any two texts differ", () => {
  const before = structuredClone(content);
  contentHash(content);
  expect(content).toEqual(before);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (one, other) => {
      fc.pre(one !== other);
      expect(contentHash({ ...content, text: one })).not.toBe(
        contentHash({ ...content, text: other }),
      );
    }),
  );
});
