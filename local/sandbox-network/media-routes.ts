import { closeSync, createReadStream, openSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { guard, type RouteDeps } from "./guard.ts";
import { inspectMedia } from "./inspect-media.ts";
import { limits } from "./limits.ts";
import type { Network } from "./network.ts";
import { parse } from "./parse.ts";
import { Refusal } from "./refusal.ts";
import { newId, sha256Hex } from "./secret.ts";
import type { MediaState } from "./state.ts";
import { send } from "./with-fault.ts";

const MediaInit = z.strictObject({
  contentType: z.string(),
  bytes: z.int().min(1),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits")
    .optional(),
});

/** Seconds that a client is asked to wait between two looks at an upload in progress, at least. */
const minRetryAfter = 1;

/** Chunked upload: begin → append 0, 1, … → finalize → look until `ready` or `failed`. And the public bytes. */
export function addMediaRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { network } = deps;
  const finalizing = new Map<string, Promise<void>>();

  app.post(
    "/api/media",
    guard(deps, {
      on: "upload",
      scope: "publish",
      act({ user, request }) {
        const { contentType, bytes, sha256 } = parse(MediaInit, request.body);
        const kind = kindOf(contentType);
        const { maxBytes } = kind === "image" ? limits.images : limits.video;
        if (bytes > maxBytes)
          throw new Refusal(`This may have at most ${maxBytes} bytes.`, {
            status: 413,
            code: "too_large",
          });
        const media = {
          id: newId("media"),
          user: user.name,
          contentType,
          kind,
          bytes,
          ...(sha256 === undefined ? {} : { sha256 }),
          createdAt: network.now().toISOString(),
        };
        network.record({ type: "media.begun", media });
        return { status: 201, body: { id: media.id, chunkBytes: limits.chunkBytes, nextChunk: 0 } };
      },
    }),
  );

  app.put<{ Params: { id: string; index: string } }>(
    "/api/media/:id/chunks/:index",
    { bodyLimit: limits.chunkBytes },
    guard(deps, {
      on: "upload",
      scope: "publish",
      act({ user, request }) {
        const { id, index } = parse(
          z.object({ id: z.string(), index: z.string() }),
          request.params,
        );
        const media = ownMedia({ network, user: user.name, id });
        if (!/^\d{1,4}$/.test(index))
          throw new Refusal("A chunk's index is a whole number, from 0.", {
            status: 400,
            code: "invalid_request",
          });
        if (!Buffer.isBuffer(request.body) || request.body.length === 0)
          throw new Refusal("Send the chunk's bytes as application/octet-stream.", {
            status: 400,
            code: "invalid_request",
          });
        appendChunk({ network, media, index: Number(index), chunk: request.body });
        return { status: 200, body: { received: media.received, nextChunk: media.chunks.length } };
      },
    }),
  );

  app.post(
    "/api/media/:id/finalize",
    guard(deps, {
      on: "upload",
      scope: "publish",
      async act({ user, request }) {
        const { id } = parse(z.object({ id: z.string() }), request.params);
        const media = ownMedia({ network, user: user.name, id });
        if (media.received < media.bytes)
          throw new Refusal(`Only ${media.received} of ${media.bytes} bytes have arrived.`, {
            status: 409,
            code: "incomplete",
            extra: { received: media.received, nextChunk: media.chunks.length },
          });
        // Asked twice at once, the bytes are looked at once.
        const running = finalizing.get(id) ?? finalize({ network, media });
        finalizing.set(id, running);
        try {
          await running;
        } finally {
          finalizing.delete(id);
        }
        return { status: 202, body: mediaStatus({ network, media }) };
      },
    }),
  );

  app.get(
    "/api/media/:id",
    guard(deps, {
      on: "read",
      scope: "read",
      act({ user, request }) {
        const { id } = parse(z.object({ id: z.string() }), request.params);
        return {
          status: 200,
          body: mediaStatus({ network, media: ownMedia({ network, user: user.name, id }) }),
        };
      },
    }),
  );

  app.get<{ Params: { id: string } }>("/media/:id", (request, reply) => {
    const media = network.state.media.get(request.params.id);
    const shown = (network.state.shownMedia.get(request.params.id) ?? []).some(
      (post) => network.state.posts.get(post)?.deletedAt === undefined,
    );
    if (media === undefined || !shown)
      throw new Refusal("There is no such file.", { status: 404, code: "not_found" });

    const range = byteRange({ header: request.headers.range, size: media.bytes });
    const headers = {
      "content-type": media.contentType,
      "accept-ranges": "bytes",
      "cache-control": "public, max-age=3600",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
    };
    if (range === "unsatisfiable")
      return send(reply, {
        status: 416,
        body: { error: "range_not_satisfiable", message: `The file has ${media.bytes} bytes.` },
        headers: { "content-range": `bytes */${media.bytes}` },
      });
    const { start, end } = range ?? { start: 0, end: media.bytes - 1 };
    return send(reply, {
      status: range === undefined ? 200 : 206,
      body: createReadStream(fileOf({ network, id: media.id }), { start, end }),
      headers: {
        ...headers,
        "content-length": String(end - start + 1),
        ...(range === undefined ? {} : { "content-range": `bytes ${start}-${end}/${media.bytes}` }),
      },
    });
  });
}

/** Whether an upload can be shown by now; `pending` and `processing` say in how many seconds to look again. */
export function mediaStatus(input: {
  network: Network;
  media: MediaState;
}): Record<string, unknown> {
  const { network, media } = input;
  const known = {
    id: media.id,
    kind: media.kind,
    contentType: media.contentType,
    bytes: media.bytes,
  };
  if (media.finalized === undefined)
    return {
      ...known,
      status: "uploading",
      received: media.received,
      nextChunk: media.chunks.length,
    };
  const passed = network.now().getTime() - Date.parse(media.finalized.at);
  const left = network.processingMs - passed;
  if (left > 0) {
    const status = passed < network.processingMs / 4 ? "pending" : "processing";
    return { ...known, status, retryAfter: Math.max(minRetryAfter, Math.ceil(left / 1_000)) };
  }
  const { verdict, sha256 } = media.finalized;
  if (!verdict.ok)
    return { ...known, status: "failed", reason: { code: verdict.code, message: verdict.message } };
  const { width, height, durationSeconds } = verdict;
  return { ...known, status: "ready", sha256, width, height, durationSeconds };
}

/** Throws 404 for an upload of somebody else as for none. */
export function ownMedia(input: { network: Network; user: string; id: string }): MediaState {
  const media = input.network.state.media.get(input.id);
  if (media === undefined || media.user !== input.user)
    throw new Refusal("There is no such upload.", { status: 404, code: "not_found" });
  return media;
}

function kindOf(contentType: string): "image" | "video" {
  if (limits.images.contentTypes.some((type) => type === contentType)) return "image";
  if (limits.video.contentTypes.some((type) => type === contentType)) return "video";
  const taken = [...limits.images.contentTypes, ...limits.video.contentTypes].join(", ");
  throw new Refusal(`Media must be one of ${taken}.`, { status: 415, code: "unsupported_type" });
}

function appendChunk(input: {
  network: Network;
  media: MediaState;
  index: number;
  chunk: Buffer;
}): void {
  const { network, media, index, chunk } = input;
  const sha256 = sha256Hex(chunk);
  const before = media.chunks[index];
  if (before !== undefined) {
    // A client that got no answer sends the chunk again.
    if (before.sha256 === sha256) return;
    throw new Refusal(`Chunk ${index} has arrived before, with other bytes.`, {
      status: 409,
      code: "chunk_conflict",
    });
  }
  if (index !== media.chunks.length)
    throw new Refusal(`The next chunk is ${media.chunks.length}.`, {
      status: 409,
      code: "wrong_chunk",
      extra: { nextChunk: media.chunks.length },
    });
  if (media.received + chunk.length > media.bytes)
    throw new Refusal(`The upload was begun for ${media.bytes} bytes.`, {
      status: 413,
      code: "too_large",
    });

  const fd = openSync(fileOf({ network, id: media.id }), index === 0 ? "w" : "r+", 0o600);
  try {
    let written = 0;
    while (written < chunk.length)
      written += writeSync(fd, chunk, written, chunk.length - written, media.received + written);
  } finally {
    closeSync(fd);
  }
  network.record({ type: "media.appended", id: media.id, bytes: chunk.length, sha256 });
}

async function finalize(input: { network: Network; media: MediaState }): Promise<void> {
  const { network, media } = input;
  if (media.finalized !== undefined) return;
  const bytes = await readFile(fileOf({ network, id: media.id }));
  const sha256 = sha256Hex(bytes);
  if (media.sha256 !== undefined && media.sha256 !== sha256)
    throw new Refusal("The bytes that arrived have another SHA-256.", {
      status: 422,
      code: "checksum_mismatch",
    });
  const inspected = inspectMedia(bytes);
  const verdict =
    inspected.ok && inspected.contentType !== media.contentType
      ? {
          ok: false as const,
          code: "unsupported_type",
          message: `The bytes are ${inspected.contentType}.`,
        }
      : inspected;
  network.record({
    type: "media.finalized",
    id: media.id,
    at: network.now().toISOString(),
    sha256,
    verdict,
  });
}

function fileOf(input: { network: Network; id: string }): string {
  return join(input.network.mediaDir, input.id);
}

/** One byte range (RFC 9110, 14.1.2); undefined, for all of it, when there is none or it is one we do not know. */
function byteRange(input: {
  header: string | undefined;
  size: number;
}): { start: number; end: number } | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(input.header ?? "");
  if (match === null || (match[1] === "" && match[2] === "")) return undefined;
  const last = input.size - 1;
  if (match[1] === "") {
    const length = Number(match[2]);
    return length === 0 ? "unsatisfiable" : { start: Math.max(0, input.size - length), end: last };
  }
  const start = Number(match[1]);
  const end = match[2] === "" ? last : Math.min(Number(match[2]), last);
  return start > last ? "unsatisfiable" : end < start ? undefined : { start, end };
}
