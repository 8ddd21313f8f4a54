import { expect, it } from "vitest";
import type { Post, Target } from "#web/lib/api/types.ts";
import { partsOf } from "./parts-of.ts";

const file = (assetId: string) => ({
  assetId,
  renditionId: `${assetId}-rendition`,
  altText: null,
  contentUrl: "https://example.org/file",
});
const post = {
  content: { text: "first" },
  assets: [{ id: "a" }],
  parts: [
    { kind: "thread", text: "second", assets: [] },
    { kind: "comment", text: "third", assets: [{ id: "b" }, { id: "c" }] },
  ],
} as Partial<Post> as Post;
const target = (more: Partial<Target>) => ({ overrides: {}, ...more }) as Target;

it("gives each part its own text and files", () => {
  const parts = partsOf(post, target({ texts: null, media: [file("a"), file("b"), file("c")] }));
  expect(parts.map(({ kind, text }) => [kind, text])).toEqual([
    ["post", "first"],
    ["thread", "second"],
    ["comment", "third"],
  ]);
  expect(parts.map(({ media }) => media?.map(({ assetId }) => assetId))).toEqual([
    ["a"],
    [],
    ["b", "c"],
  ]);
});

it("prefers the channel's own content, and above all what goes out", () => {
  const overrides = {
    text: "own",
    parts: [{ kind: "thread" as const, text: "own too", assets: [] }],
  };
  const own = partsOf(post, target({ overrides, texts: null, media: null }));
  expect(own.map(({ text }) => text)).toEqual(["own", "own too"]);
  expect(own[0]).toMatchObject({ assets: 1, media: null });
  const tagged = partsOf(post, target({ overrides, texts: ["own #tag", "own too"], media: null }));
  expect(tagged[0]?.text).toBe("own #tag");
});
