import type { FastifyReply, FastifyRequest } from "fastify";
import { Readable } from "node:stream";
import { BlobNotFound, type BlobStore } from "#storage/contract.ts";
import { parseByteRange } from "./byte-range.ts";

export interface StoredMedia {
  id: string;
  blobKey: string;
  contentType: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** Types that a browser only shows or plays. Anything else would be offered for saving. */
const shown = /^(image|video|audio)\/[a-z0-9.+-]+$/;

const endings: Record<string, string> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/avif": "avif",
  "video/mp4": "mp4",
  "video/quicktime": "mov",
  "video/webm": "webm",
  "video/matroska": "mkv",
  "audio/mpeg": "mp3",
  "audio/mp4": "m4a",
  "audio/wav": "wav",
  "audio/flac": "flac",
  "audio/ogg": "ogg",
  "audio/aac": "aac",
};

/**
 * Answers with a stored file, or the part of it that is asked for. It comes from anybody, so it is served as nothing
 * but what we found it to be, without rights of its own; and it is private: unless `cacheControl` says otherwise, a
 * cache must ask again each time, so that what is deleted or no longer allowed is gone at once.
 *
 * Throws what `find` throws, also where it is gone between the two; and BlobNotFound where the bytes are lost of what is
 * there: that is our fault, which the logs tell.
 */
export async function sendBlob(
  input: { request: FastifyRequest; reply: FastifyReply; storage: BlobStore },
  find: () => Promise<StoredMedia>,
  { cacheControl = "private, no-cache", download = false } = {},
): Promise<FastifyReply> {
  const { request, reply, storage } = input;
  const media = await find();
  const etag = `"${media.sha256}"`;
  const type = shown.test(media.contentType) ? media.contentType : "application/octet-stream";
  reply.headers({
    ETag: etag,
    "Cache-Control": cacheControl,
    Vary: "Authorization, Cookie",
    "Accept-Ranges": "bytes",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    // Our own name: whatever the sender called the file stays out of the header.
    "Content-Disposition": `${type === media.contentType && !download ? "inline" : "attachment"}; filename="${media.id}.${endings[type] ?? "bin"}"`,
  });
  if (matches(request.headers["if-none-match"], etag)) return reply.code(304).send();
  const ifRange = request.headers["if-range"];
  const ranged = request.method === "GET" && (ifRange === undefined || ifRange === etag);
  const range = ranged ? parseByteRange(request.headers.range, media.bytes) : undefined;
  if (range === "unsatisfiable") {
    return reply
      .code(416)
      .header("Content-Range", `bytes */${media.bytes}`)
      .header("Content-Length", 0)
      .send();
  }
  reply.type(type).header("Content-Length", range?.length ?? media.bytes);
  // An empty stream: of an answer without any, the framework would say that its length is 0.
  if (request.method === "HEAD") return reply.send(Readable.from([]));
  if (range) {
    reply
      .code(206)
      .header(
        "Content-Range",
        `bytes ${range.start}-${range.start + range.length - 1}/${media.bytes}`,
      );
  }
  const stream = await openOrSay(() => storage.open(media.blobKey, range), find);
  return reply.send(Readable.fromWeb(stream));
}

async function openOrSay<T>(open: () => Promise<T>, find: () => Promise<StoredMedia>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    // It went a moment ago, and so did what was known of it.
    if (error instanceof BlobNotFound) await find();
    throw error;
  }
}

/** If-None-Match compares weakly (RFC 9110, 13.1.2). */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return (
    header.trim() === "*" ||
    header.split(",").some((one) => one.trim().replace(/^W\//, "") === etag)
  );
}
