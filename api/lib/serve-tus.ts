import { Server, type DataStore } from "@tus/server";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Readable } from "node:stream";
import { Problem } from "#domain/errors.ts";
import type { ApiContext } from "../context.ts";
import { principalOf } from "../plugins/access.ts";
import { storageProblem } from "./asset-changes.ts";
import { createUploadLocker } from "./upload-locker.ts";

/** The version of the protocol: https://tus.io/protocols/resumable-upload */
export const tusVersion = "1.0.0";

/** The largest file. Bytes. */
export const largestUploadBytes = 4 * 1024 ** 3;

/** A request that stops for another one has so long to store what has arrived. */
const drainMs = 1_000;

/** Does a request of the tus protocol on the pieces of one upload. */
export interface TusPort {
  /**
   * Gives the byte that the upload goes on from. What arrives of the body is stored, even where the client goes away in
   * the middle.
   *
   * Throws Problem 400 `client_gone`, 404, 409 `wrong_offset`, 413 `too_large`, 423 `upload_busy`, 503 `storage_full`.
   */
  serve(input: {
    request: FastifyRequest;
    reply: FastifyReply;
    method: "POST" | "HEAD" | "PATCH";
    key: string;
    headers: Record<string, string>;
  }): Promise<{ offset: number }>;
}

/** The tus server of one process, behind our own routes: they decide who may do what, it moves the bytes. */
export function createTusPort(context: ApiContext): TusPort {
  const asked = new WeakMap<object, { key: string; workspaceId: string; error?: unknown }>();
  const factsOf = (request: object) => {
    const facts = asked.get(request);
    if (!facts) throw new Error("the tus server was asked by nobody");
    return facts;
  };
  const server = new Server({
    path: "/v1/uploads",
    datastore: context.storage.incoming.pieces as DataStore,
    maxSize: largestUploadBytes,
    relativeLocation: true,
    lockDrainTimeout: drainMs,
    namingFunction: (request) => factsOf(request).key,
    getFileIdFromRequest: (request) => factsOf(request).key,
    locker: (request) => createUploadLocker(context, factsOf(request).workspaceId),
    onResponseError: (request, error) => {
      factsOf(request).error = error;
      return undefined;
    },
  });
  return {
    async serve({ request, reply, method, key, headers }) {
      const takesBody = method !== "HEAD" && headers["content-type"] !== undefined;
      const asking = new Request(`http://tus/v1/uploads/${key}`, {
        method,
        headers: { "tus-resumable": tusVersion, ...headers },
        ...(takesBody ? { body: Readable.toWeb(request.raw), duplex: "half" } : {}),
      } as RequestInit);
      const facts = { key, workspaceId: principalOf(request).workspaceId, error: undefined };
      asked.set(asking, facts);
      // Their request is a plain one of the web with more that only their own server puts in.
      const answer = await server.handleWeb(asking as Parameters<Server["handleWeb"]>[0]);
      const failed = answer.status >= 400;
      if (takesBody && (failed || !request.raw.complete)) {
        // What of the body still comes is nobody's any more: the upload was refused, taken over or taken away.
        reply.header("Connection", "close");
        reply.raw.once("finish", () => request.raw.destroy());
      }
      if (!failed) return { offset: Number(answer.headers.get("upload-offset") ?? 0) };
      throw problemOf(facts.error, { status: answer.status, gone: request.raw.errored !== null });
    },
  };
}

function problemOf(error: unknown, { status, gone }: { status: number; gone: boolean }): unknown {
  if (gone) {
    return new Problem({
      status: 400,
      code: "client_gone",
      detail: "The connection was closed early. What had arrived is kept.",
    });
  }
  if (isTusError(error)) {
    if (error.body.includes("lock")) {
      return new Problem({
        status: 423,
        code: "upload_busy",
        detail: "Another request is writing to this upload. Ask with HEAD again in a moment.",
        extra: { retryAfter: 1 },
      });
    }
    if (status === 409) {
      return new Problem({
        status: 409,
        code: "wrong_offset",
        detail:
          "The upload goes on from another byte. Ask with HEAD, and go on from its Upload-Offset.",
      });
    }
    if (status === 404 || status === 410)
      return new Problem({ status: 404, code: "not_found", detail: "There is no such upload." });
    if (status === 413) {
      return new Problem({
        status: 413,
        code: "too_large",
        detail: "These are more bytes than Upload-Length said in the beginning.",
      });
    }
  }
  return storageProblem(error ?? new Error(`the tus server answered ${status}`));
}

/** What the tus packages throw themselves; all else comes from the store or from us. */
function isTusError(error: unknown): error is { status_code: number; body: string } {
  return typeof error === "object" && error !== null && "status_code" in error && "body" in error;
}
