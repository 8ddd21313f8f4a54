import type { MediaPart, OutgoingPost } from "#platforms/contract.ts";
import type { BlobRef } from "./answers.ts";
import type { CreatedPost } from "./create-post.ts";
import type { Facet } from "./detect-facets.ts";
import { BlueskySettings } from "./manifest.ts";
import { dateOfTid } from "./tid.ts";

/** One version of a record: https://atproto.com/lexicons/com-atproto#comatprotorepostrongref */
export interface StrongRef {
  uri: string;
  cid: string;
}

/** Where a reply stands: under `parent`, in the thread that `root` began. */
export interface ReplyRefs {
  root: StrongRef;
  parent: StrongRef;
}

interface AspectRatio {
  width: number;
  height: number;
}

type Embed =
  | {
      $type: "app.bsky.embed.images";
      images: { image: BlobRef; alt: string; aspectRatio: AspectRatio }[];
    }
  | { $type: "app.bsky.embed.video"; video: BlobRef; alt?: string; aspectRatio: AspectRatio };

/** A record of the collection `app.bsky.feed.post`: https://docs.bsky.app/docs/advanced-guides/posts */
export interface PostRecord {
  $type: "app.bsky.feed.post";
  text: string;
  createdAt: string;
  langs?: string[];
  facets?: Facet[];
  reply?: ReplyRefs;
  embed?: Embed;
}

/**
 * The record of a delivery, the same however often it is built: its time is that of the claim, which the marker holds.
 * So a second write of it changes nothing. Pure.
 */
export function postRecord(input: {
  post: OutgoingPost;
  created: CreatedPost;
  facets: Facet[];
  /** Present for a post that is a reply. */
  reply: ReplyRefs | undefined;
  marker: string;
}): PostRecord {
  const { post, created, facets, reply, marker } = input;
  const { langs = [] } = BlueskySettings.parse(post.settings);
  const embed = embedOf({ media: post.media, blobs: created.blobs });
  return {
    $type: "app.bsky.feed.post",
    text: post.text,
    createdAt: createdAtOf(marker),
    ...(langs.length === 0 ? {} : { langs }),
    ...(facets.length === 0 ? {} : { facets }),
    ...(reply === undefined ? {} : { reply }),
    ...(embed === undefined ? {} : { embed }),
  };
}

/** The time that the record of this marker carries. Pure. */
export function createdAtOf(marker: string): string {
  return dateOfTid(marker).toISOString();
}

function embedOf(input: { media: MediaPart[]; blobs: BlobRef[] }): Embed | undefined {
  const parts = input.blobs.flatMap((blob, index) => {
    const part = input.media[index];
    return part === undefined ? [] : [{ blob, part }];
  });
  const [first] = parts;
  if (first === undefined) return undefined;
  if (first.part.kind === "video")
    return {
      $type: "app.bsky.embed.video",
      video: first.blob,
      ...(first.part.altText === undefined ? {} : { alt: first.part.altText }),
      aspectRatio: ratioOf(first.part),
    };
  return {
    $type: "app.bsky.embed.images",
    images: parts.map(({ blob, part }) => ({
      image: blob,
      alt: part.altText ?? "",
      aspectRatio: ratioOf(part),
    })),
  };
}

function ratioOf({ width, height }: MediaPart): AspectRatio {
  return { width, height };
}
