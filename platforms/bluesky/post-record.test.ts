import { describe, expect, it } from "vitest";
import type { MediaPart, OutgoingPost } from "#platforms/contract.ts";
import type { BlobRef } from "./answers.ts";
import { checkPost } from "./create-post.ts";
import { manifest } from "./manifest.ts";
import { postRecord } from "./post-record.ts";
import { tidOf } from "./tid.ts";

const claimedAt = new Date("2026-03-01T10:00:00.123Z");
const marker = tidOf({ deliveryId: "one", claimedAt });
const image: MediaPart = {
  renditionId: "r1",
  kind: "image",
  contentType: "image/jpeg",
  bytes: 3,
  sha256: "00",
  width: 160,
  height: 120,
  open: () => Promise.reject(new Error("not read here")),
};
const video: MediaPart = { ...image, kind: "video", contentType: "video/mp4", durationSeconds: 2 };

function blob(name: string): BlobRef {
  return { $type: "blob", ref: { $link: name }, mimeType: "image/jpeg", size: 3 };
}
function recordOf(post: Partial<OutgoingPost>, blobs: BlobRef[] = []) {
  return postRecord({
    post: { text: "Hello", media: [], settings: {}, ...post },
    created: { blobs },
    facets: [],
    reply: undefined,
    marker,
  });
}

describe("postRecord", () => {
  it("carries the time of the claim and nothing that is empty", () => {
    expect(recordOf({})).toEqual({
      $type: "app.bsky.feed.post",
      text: "Hello",
      createdAt: "2026-03-01T10:00:00.123Z",
    });
  });

  it("carries languages and facets where there are any", () => {
    const facets = [
      {
        index: { byteStart: 0, byteEnd: 5 },
        features: [{ $type: "app.bsky.richtext.facet#tag" as const, tag: "x" }],
      },
    ];
    const post = { text: "Hello", media: [], settings: { langs: ["en", "pt-BR"] } };
    const created = { blobs: [] };
    const record = postRecord({ post, created, facets, reply: undefined, marker });
    expect(record).toMatchObject({
      langs: ["en", "pt-BR"],
      facets,
    });
  });

  it("embeds images in order, each with its description, an empty one where there is none", () => {
    const media = [{ ...image, altText: "First" }, image];
    expect(recordOf({ media }, [blob("a"), blob("b")]).embed).toEqual({
      $type: "app.bsky.embed.images",
      images: [
        { image: blob("a"), alt: "First", aspectRatio: { width: 160, height: 120 } },
        { image: blob("b"), alt: "", aspectRatio: { width: 160, height: 120 } },
      ],
    });
  });

  it("embeds a video", () => {
    const media = [{ ...video, altText: "Moving" }];
    expect(recordOf({ media }, [blob("v")]).embed).toEqual({
      $type: "app.bsky.embed.video",
      video: blob("v"),
      alt: "Moving",
      aspectRatio: { width: 160, height: 120 },
    });
  });
});

it("a post has images or a video, not both", () => {
  const post = { text: "Both", settings: {} };
  expect(() => checkPost({ ...post, media: [image, video] })).toThrow(/not both/);
  expect(() => checkPost({ ...post, media: [image, image] })).not.toThrow();
});

it.each([
  [{}, true],
  [{ langs: ["en", "de-AT", "zh-Hant"] }, true],
  [{ langs: ["en", "de", "fr", "it"] }, false],
  [{ langs: ["not a tag"] }, false],
  [{ langs: [""] }, false],
  [{ lang: "en" }, false],
])("the settings %o are taken: %o", (settings, taken) => {
  expect(manifest.settings.safeParse(settings).success).toBe(taken);
});
