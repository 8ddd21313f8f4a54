import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { Upload } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import { tusExtensions, uploadKey } from "#storage/incoming.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { found } from "../lib/not-found.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { IdParams, responses } from "../lib/responses.ts";
import { createTusPort, largestUploadBytes, tusVersion } from "../lib/serve-tus.ts";
import {
  beginUpload,
  finishUpload,
  removeUpload,
  UploadView,
  viewUpload,
} from "../lib/upload-changes.ts";
import { readUploadMetadata } from "../lib/upload-metadata.ts";
import { principalOf } from "../plugins/access.ts";
import { pieceType } from "../plugins/time-limits.ts";

const digits = z.string().regex(/^(0|[1-9]\d{0,15})$/, "is not a number of bytes");
const Tus = { "tus-resumable": z.literal(tusVersion) };

const NewUpload = z.looseObject({
  ...Tus,
  "upload-length": digits.describe("Bytes of the whole file: at least 1, at most 4 GiB"),
  "upload-metadata": z
    .string()
    .max(4_000)
    .optional()
    .describe(
      "`filename` is what people see; `filetype` must be the file's type, where it is given; `sha256` (64 hexadecimal digits) is compared with the whole file in the end; `class` is what its asset is there for (`library`, `upload`, `input`). Values in Base64.",
    ),
});

const Piece = z.looseObject({
  ...Tus,
  "upload-offset": digits.describe("Where the piece begins: as many bytes as have arrived"),
});

/**
 * Uploads in pieces, by the tus protocol 1.0 (https://tus.io/protocols/resumable-upload): any of its clients works. They go
 * on after a broken line and after a restart, for 24 hours.
 *
 * The last piece is answered at once. The file is then looked into and stripped by a worker, exactly as a file that comes
 * as a form; `GET /v1/uploads/:id` and the events `upload.ready`, `upload.failed` tell what came of it.
 */
export const addUploadRoutes: RouteAdder = (app, context) => {
  const tus = createTusPort(context);
  // A scope of its own: elsewhere a body of this type is refused.
  void app.register(async (plain) => {
    const scope = plain.withTypeProvider<ZodTypeProvider>();
    // Left unread, for the tus server.
    scope.addContentTypeParser(pieceType, (_request, _payload, done) => done(null));

    // The protocol wants it in every answer, refusals too.
    scope.addHook("onRequest", async (_request, reply) => {
      reply.header("Tus-Resumable", tusVersion);
    });

    const findUpload = async (workspaceId: string, id: string) =>
      found(await inWorkspace(context.orm, workspaceId).findOne(Upload, { id }), "upload");

    /** Throws Problem 410 where an upload was not finished in time. */
    const findOpen = async (workspaceId: string, id: string) => {
      const upload = await findUpload(workspaceId, id);
      if (upload.status === "receiving" && upload.expiresAt <= context.now()) throw expired();
      return upload;
    };

    scope.route({
      method: "OPTIONS",
      url: "/v1/uploads",
      config: { access: { public: true } },
      schema: { hide: true },
      handler: (_request, reply) =>
        reply
          .headers({
            "Tus-Version": tusVersion,
            "Tus-Extension": tusExtensions.join(","),
            "Tus-Max-Size": String(largestUploadBytes),
          })
          .code(204)
          .send(),
    });

    scope.route({
      method: "POST",
      url: "/v1/uploads",
      // One that nobody goes on with expires.
      config: { access: { scope: "assets:write" }, idempotent: false },
      schema: {
        tags: ["uploads"],
        summary: "Begin an upload in pieces, by the tus protocol 1.0; at most 4 GiB",
        consumes: [pieceType],
        headers: NewUpload,
        response: responses({ 201: UploadView }, [
          "client_gone",
          "empty",
          "storage_full",
          "storage_quota",
          "too_many_uploads",
          "upload_busy",
        ]),
      },
      handler: async (request, reply) => {
        const { workspaceId, actor } = principalOf(request);
        const { headers } = request;
        const length = headers["upload-length"];
        const metadata = readUploadMetadata(headers["upload-metadata"]);
        const upload = await inWorkspace(context.orm, workspaceId).transactional((em) =>
          beginUpload(em, {
            workspaceId,
            bytes: sizeOf(length),
            metadata: { ...metadata, header: headers["upload-metadata"] ?? null },
            createdBy: actor,
            address: request.ip,
            quotaBytes: context.storageQuotaBytes ?? Infinity,
            now: context.now(),
          }),
        );
        const { offset } = await tus.serve({
          request,
          reply,
          method: "POST",
          key: uploadKey(upload),
          headers: { "upload-length": length, ...pieceHeaders(headers) },
        });
        if (offset === upload.bytes) await finishUpload(context, upload);
        reply.code(201).headers({
          ...expiry(upload),
          "Upload-Offset": String(offset),
          Location: `/v1/uploads/${upload.id}`,
        });
        return viewUpload(context, await findUpload(workspaceId, upload.id));
      },
    });

    scope.route({
      method: "HEAD",
      url: "/v1/uploads/:id",
      config: { access: { scope: "assets:write" } },
      schema: { hide: true, params: IdParams, headers: z.looseObject(Tus) },
      handler: async (request, reply) => {
        const upload = await findOpen(principalOf(request).workspaceId, request.params.id);
        const offset = await offsetOf(upload);
        return reply
          .headers({
            ...expiry(upload),
            "Upload-Offset": String(offset),
            "Upload-Length": String(upload.bytes),
            ...(upload.metadata ? { "Upload-Metadata": upload.metadata } : {}),
            "Cache-Control": "no-store",
          })
          .code(200)
          .send();

        async function offsetOf({ status, bytes }: Upload): Promise<number> {
          if (status !== "receiving") return bytes;
          const key = uploadKey(upload);
          const asked = await tus.serve({ request, reply, method: "HEAD", key, headers: {} });
          // The process died between the last byte and its answer.
          if (asked.offset === bytes) await finishUpload(context, upload);
          return asked.offset;
        }
      },
    });

    scope.route({
      method: "PATCH",
      url: "/v1/uploads/:id",
      config: { access: { scope: "assets:write" }, idempotent: false },
      schema: {
        tags: ["uploads"],
        summary: "Send a piece of an upload: bytes from Upload-Offset on",
        consumes: [pieceType],
        params: IdParams,
        headers: Piece,
        response: responses({ 204: z.null() }, [
          "client_gone",
          "not_found",
          "storage_full",
          "upload_busy",
          "upload_ended",
          "upload_expired",
          "wrong_offset",
        ]),
      },
      handler: async (request, reply) => {
        const upload = await findOpen(principalOf(request).workspaceId, request.params.id);
        if (upload.status !== "receiving") throw ended();
        const { headers } = request;
        if (headers["content-type"] === undefined) throw untyped();
        const { offset } = await tus.serve({
          request,
          reply,
          method: "PATCH",
          key: uploadKey(upload),
          headers: { "upload-offset": headers["upload-offset"], ...pieceHeaders(headers) },
        });
        if (offset === upload.bytes) await finishUpload(context, upload);
        return reply
          .headers({ ...expiry(upload), "Upload-Offset": String(offset) })
          .code(204)
          .send(null);
      },
    });

    scope.route({
      method: "GET",
      url: "/v1/uploads",
      config: { access: { scope: "assets:read" } },
      schema: {
        tags: ["uploads"],
        summary: "List uploads of the last days, newest first",
        querystring: z.strictObject({
          ...PageQuery.shape,
          status: UploadView.shape.status.optional(),
        }),
        response: responses({ 200: pageOf(UploadView) }),
      },
      handler: async (request) => {
        const { limit, cursor, status } = request.query;
        const rows = await inWorkspace(context.orm, principalOf(request).workspaceId).find(
          Upload,
          { ...afterCursor(cursor), ...(status === undefined ? {} : { status }) },
          { orderBy: { id: "desc" }, limit: limit + 1 },
        );
        const views = new Map<string, z.infer<typeof UploadView>>();
        for (const row of rows) views.set(row.id, await viewUpload(context, row));
        return toPage(rows, limit, ({ id }) => found(views.get(id), "upload"));
      },
    });

    scope.route({
      method: "GET",
      url: "/v1/uploads/:id",
      exposeHeadRoute: false,
      config: { access: { scope: "assets:read" } },
      schema: {
        tags: ["uploads"],
        summary: "How far an upload is, and which asset it became",
        params: IdParams,
        response: responses({ 200: UploadView }, ["not_found"]),
      },
      handler: async (request) =>
        viewUpload(context, await findUpload(principalOf(request).workspaceId, request.params.id)),
    });

    scope.route({
      method: "DELETE",
      url: "/v1/uploads/:id",
      config: { access: { scope: "assets:write" } },
      schema: {
        tags: ["uploads"],
        summary: "Give up an upload; its asset, if there is one, stays",
        params: IdParams,
        response: responses({ 204: z.null() }, ["not_found", "illegal_transition"]),
      },
      handler: async (request, reply) => {
        const { workspaceId } = principalOf(request);
        await removeUpload(context, { workspaceId, id: request.params.id });
        return reply.code(204).send(null);
      },
    });
  });
};

/** Throws Problem 413 `too_large`, 422 `empty`. */
function sizeOf(length: string): number {
  const bytes = Number(length);
  if (bytes === 0) throw new Problem({ status: 422, code: "empty", detail: "The file is empty." });
  if (bytes <= largestUploadBytes) return bytes;
  throw new Problem({
    status: 413,
    code: "too_large",
    detail: `The file is too large: at most ${largestUploadBytes} bytes (4 GiB).`,
  });
}

/** What the tus server must know of the body. */
function pieceHeaders(headers: Record<string, unknown>): Record<string, string> {
  const length = headers["content-length"];
  return {
    ...(headers["content-type"] === undefined ? {} : { "content-type": pieceType }),
    ...(typeof length === "string" ? { "content-length": length } : {}),
  };
}

/** Until when it goes on. */
function expiry(upload: Upload): Record<string, string> {
  return upload.status === "receiving" ? { "Upload-Expires": upload.expiresAt.toUTCString() } : {};
}

/** A request without a body says no type: there is no piece in it. */
function untyped(): Problem {
  return new Problem({
    status: 415,
    code: "unsupported_media_type",
    detail: `Send the piece as Content-Type: ${pieceType}.`,
  });
}

function ended(): Problem {
  return new Problem({
    status: 409,
    code: "upload_ended",
    detail: "The file is whole and takes no more bytes. GET /v1/uploads/:id tells what came of it.",
  });
}

function expired(): Problem {
  return new Problem({
    status: 410,
    code: "upload_expired",
    detail: "The upload was not finished within 24 hours. Begin a new one.",
  });
}
