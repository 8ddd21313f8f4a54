import { z } from "zod";
import { PlatformError } from "#domain/errors.ts";
import type { CallContext, Created, MediaPart, OutgoingPost } from "#platforms/contract.ts";
import { checkLimits } from "#platforms/lib/check-limits.ts";
import { redactSecrets } from "#platforms/lib/redact-secrets.ts";
import { readPart } from "#platforms/lib/read-part.ts";
import { UploadBegun, UploadStatus } from "./answers.ts";
import { callSandbox } from "./client.ts";
import { manifest } from "./manifest.ts";

/** What is stored with a delivery between its steps. */
const CreatedMedia = z.object({
  media: z.array(z.object({ id: z.string(), sha256: z.string() })).default([]),
});
export type CreatedMedia = z.infer<typeof CreatedMedia>;

/** Larger chunks than this are not held in memory, whatever the network would take. */
const maxChunkBytes = 4_194_304;

/** Uploads every part anew; uploads that no post shows are seen by nobody. */
export async function createMedia(ctx: CallContext, post: OutgoingPost): Promise<Created> {
  checkLimits({ limits: manifest.limits, post });
  const total = post.media.reduce((sum, part) => sum + part.bytes, 0);
  let sent = 0;
  const media: CreatedMedia["media"] = [];
  for (const part of post.media) {
    const id = await upload(ctx, part, (bytes) => {
      sent += bytes;
      ctx.progress?.(Math.min(1, sent / total));
    });
    media.push({ id, sha256: part.sha256 });
  }
  return { media } satisfies CreatedMedia;
}

/** Ready when every upload is; throws PlatformError `reject` when the network could not process one. */
export async function pollMedia(
  ctx: CallContext,
  created: Created,
): Promise<{ state: "ready" } | { state: "processing"; retryAfterSeconds: number }> {
  let wait: number | undefined;
  for (const { id } of createdMedia(created).media) {
    const { status, retryAfter, reason } = await callSandbox({
      deps: ctx,
      step: "read",
      method: "GET",
      path: `/api/media/${encodeURIComponent(id)}`,
      secrets: ctx.secrets,
      answer: UploadStatus,
      signal: ctx.signal,
    });
    if (status === "failed")
      throw new PlatformError("The sandbox network could not process the file.", {
        fate: "reject",
        code: reason?.code ?? "media_failed",
        ...(reason?.message === undefined
          ? {}
          : { platformMessage: redactSecrets({ text: reason.message, secrets: ctx.secrets }) }),
      });
    if (status !== "ready") wait = Math.max(wait ?? 1, retryAfter ?? 1);
  }
  return wait === undefined ? { state: "ready" } : { state: "processing", retryAfterSeconds: wait };
}

/** Reads back what `createMedia` left; a delivery without media needs none. */
export function createdMedia(created: Created): CreatedMedia {
  return CreatedMedia.parse(created);
}

async function upload(
  ctx: CallContext,
  part: MediaPart,
  onSent: (bytes: number) => void,
): Promise<string> {
  const call = { deps: ctx, step: "upload", secrets: ctx.secrets, signal: ctx.signal } as const;
  const begun = await callSandbox({
    ...call,
    method: "POST",
    path: "/api/media",
    body: { json: { contentType: part.contentType, bytes: part.bytes, sha256: part.sha256 } },
    answer: UploadBegun,
  });
  const path = `/api/media/${encodeURIComponent(begun.id)}`;
  const chunkBytes = Math.min(begun.chunkBytes, maxChunkBytes);
  for (let index = 0; index * chunkBytes < part.bytes; index++) {
    const start = index * chunkBytes;
    const length = Math.min(chunkBytes, part.bytes - start);
    const bytes = await readPart({ part, start, length });
    await callSandbox({
      ...call,
      method: "PUT",
      path: `${path}/chunks/${index}`,
      body: { bytes },
      answer: z.unknown(),
    });
    onSent(length);
  }
  await callSandbox({ ...call, method: "POST", path: `${path}/finalize`, answer: z.unknown() });
  return begun.id;
}
