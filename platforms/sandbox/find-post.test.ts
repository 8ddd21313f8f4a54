import { describe, expect, it } from "vitest";
import type { PostAnswer } from "./answers.ts";
import { findPost } from "./find-post.ts";

const sentAt = new Date("2026-03-01T10:00:00Z");
const post: PostAnswer = { id: "p", text: "Hello", media: [], acceptedAt: "2026-03-01T10:00:01Z" };
const upload = { id: "m1", sha256: "aa" };

function found(
  changed: Partial<PostAnswer>,
  media = [] as { id: string; sha256: string }[],
  replyTo?: string,
): boolean {
  const posts = [{ ...post, ...changed }];
  return findPost({ posts, text: "Hello", media, replyTo, sentAt }).length === 1;
}

describe("findPost", () => {
  it("finds the same text and files, accepted since it was sent", () => {
    expect(found({})).toBe(true);
    expect(found({ media: [upload] }, [upload])).toBe(true);
    expect(found({ media: [{ id: "m1" }] }, [upload]), "a listing without hashes").toBe(true);
    expect(found({ acceptedAt: undefined }), "a listing without times").toBe(true);
    expect(found({ acceptedAt: "2026-03-01T09:59:56Z" }), "clocks that differ a little").toBe(true);
  });

  it("finds a reply under its own parent alone", () => {
    expect(found({ replyTo: "a" }, [], "a")).toBe(true);
    expect(found({ replyTo: null }), "a network that says so").toBe(true);
    expect(found({ replyTo: "b" }, [], "a")).toBe(false);
    expect(found({ replyTo: null }, [], "a")).toBe(false);
    expect(found({ replyTo: "a" })).toBe(false);
  });

  it("passes over any other", () => {
    expect(found({ text: "Hello " })).toBe(false);
    expect(found({ acceptedAt: "2026-03-01T09:59:54Z" })).toBe(false);
    expect(found({}, [upload])).toBe(false);
    expect(found({ media: [upload] })).toBe(false);
    expect(
      found({ media: [{ id: "m2", sha256: "aa" }] }, [upload]),
      "the same picture, uploaded for another",
    ).toBe(false);
    expect(found({ media: [{ id: "m1", sha256: "bb" }] }, [upload])).toBe(false);
  });
});
