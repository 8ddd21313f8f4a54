import { z } from "zod";
import { PlatformError } from "#domain/errors.ts";
import type { CallContext, Created, MediaPart, OutgoingPost } from "#platforms/contract.ts";
import { checkLimits } from "#platforms/lib/check-limits.ts";
import { readPart } from "#platforms/lib/read-part.ts";
import { BlobRef, UploadAnswer } from "./answers.ts";
import { callBluesky } from "./client.ts";
import { manifest } from "./manifest.ts";
import { serviceOf } from "./service-address.ts";

/** What is stored with a delivery between its steps. */
const CreatedPost = z.object({ blobs: z.array(BlobRef).default([]) });
export type CreatedPost = z.infer<typeof CreatedPost>;

/**
 * Uploads the media, which nobody sees yet. The server drops files that no record points to after some time. The same
 * file uploaded twice is one file there.
 */
export async function createPost(ctx: CallContext, post: OutgoingPost): Promise<Created> {
  checkPost(post);
  const total = post.media.reduce((sum, part) => sum + part.bytes, 0);
  let sent = 0;
  const blobs: BlobRef[] = [];
  for (const part of post.media) {
    blobs.push(await upload(ctx, part));
    sent += part.bytes;
    ctx.progress?.(sent / total);
  }
  return { blobs } satisfies CreatedPost;
}

/** Throws PlatformError `reject` for what the network would not take. Pure. */
export function checkPost(post: OutgoingPost): void {
  checkLimits({ limits: manifest.limits, post });
  if (new Set(post.media.map(({ kind }) => kind)).size > 1)
    throw new PlatformError("A post on Bluesky has either images or a video, not both.", {
      fate: "reject",
      code: "too_much_media",
    });
}

/**
 * Reads back what `createPost` left for this post, which needs none without media; throws PlatformError `reject` when it
 * left nothing that fits.
 */
export function createdPost(input: { created: Created; post: OutgoingPost }): CreatedPost {
  const parsed = CreatedPost.safeParse(input.created);
  if (parsed.success && parsed.data.blobs.length === input.post.media.length) return parsed.data;
  throw new PlatformError("This post was not prepared for Bluesky; nothing was sent.", {
    fate: "reject",
    code: "not_created",
  });
}

async function upload(ctx: CallContext, part: MediaPart): Promise<BlobRef> {
  const bytes = await readPart({ part, start: 0, length: part.bytes });
  const { blob } = await callBluesky({
    deps: ctx,
    step: "upload",
    service: serviceOf({ account: ctx.account, app: ctx.app }),
    method: "com.atproto.repo.uploadBlob",
    token: ctx.secrets["accessJwt"],
    secrets: ctx.secrets,
    body: { bytes, contentType: part.contentType },
    answer: UploadAnswer,
    signal: ctx.signal,
  });
  return blob;
}
