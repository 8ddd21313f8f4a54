import { z } from "zod";
import { Asset, Rendition } from "#db/entities/index.ts";
import { insertAsset } from "#db/insert-asset.ts";
import { inWorkspace } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { requireRoom } from "#db/require-room.ts";
import { hashFile } from "#storage/hash-file.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { changeClass, keepUpload, removeAsset, storageProblem } from "../lib/asset-changes.ts";
import {
  AssetClass,
  AssetKind,
  AssetState,
  AssetView,
  RenditionView,
  viewAsset,
  viewAssets,
  viewRenditions,
} from "../lib/asset-view.ts";
import { checkAddress } from "../lib/check-address.ts";
import { clientSignal } from "../lib/client-signal.ts";
import { documentedResponses } from "../lib/documented-responses.ts";
import { foundOrExpired } from "../lib/found-or-expired.ts";
import { fileNameOf } from "../lib/file-name-of.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { maximumUploadBytes, withUpload } from "../lib/receive-upload.ts";
import { Id, IdParams, responses } from "../lib/responses.ts";
import { beginImport, UploadView, viewUpload } from "../lib/upload-changes.ts";
import { sendBlob } from "../lib/send-blob.ts";
import { principalOf } from "../plugins/access.ts";
import { validateAllButBody } from "../plugins/validate-request.ts";

const RenditionParams = z.object({ id: Id, renditionId: Id });

/** A file, or what is asked for of it. */
const fileResponses = documentedResponses(
  {
    200: { description: "The file", type: "*/*" },
    206: { description: "The range that was asked for", type: "*/*" },
    304: { description: "You have it already, by If-None-Match" },
    416: { description: "The file has no such range" },
  },
  ["not_found", "file_expired"],
);

/** Assets: media files of the workspace, uploaded or generated, with the renditions that were made of them. */
export const addAssetRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "POST",
    url: "/v1/assets",
    config: { access: { scope: "assets:write" } },
    schema: {
      tags: ["assets"],
      summary:
        "Upload a media file: multipart/form-data, field `file`, at most 64 MB; larger ones at /v1/uploads",
      consumes: ["multipart/form-data"],
      querystring: z.strictObject({ class: AssetClass.default("upload") }),
      body: z.object({ file: z.string().meta({ format: "binary" }) }),
      response: responses({ 201: AssetView }, [
        "client_gone",
        "malformed_multipart",
        "file_missing",
        "unknown_field",
        "too_many_files",
        "type_mismatch",
        "unsupported_type",
        "corrupt",
        "empty",
        "too_long",
        "too_many_pixels",
        "timeout",
        "media_unreadable",
        "storage_full",
        "storage_quota",
      ]),
    },
    // The body's schema is for the description: a form is read and checked as it comes in.
    validatorCompiler: validateAllButBody,
    handler: async (request, reply) => {
      const { workspaceId, actor } = principalOf(request);
      const signal = clientSignal(reply);
      try {
        return await withUpload(
          { request, maximumBytes: maximumUploadBytes, signal },
          async (upload) =>
            accept(
              context,
              { request, reply },
              {
                status: 201,
                fingerprint: {
                  sha256: await hashFile(upload.path),
                  name: upload.name,
                  class: request.query.class,
                },
                prepare: () => keepUpload(context, { workspaceId, upload, signal }),
                discard: ({ blobKey }) => context.storage.delete(blobKey),
              },
              async (em, kept) => {
                signal.throwIfAborted();
                await requireRoom(em, {
                  workspaceId,
                  bytes: kept.facts.bytes,
                  quotaBytes: context.storageQuotaBytes ?? Infinity,
                });
                const asset = await insertAsset(em, {
                  ...kept,
                  workspaceId,
                  class: request.query.class,
                  now: context.now(),
                });
                await recordAudit(em, {
                  workspaceId,
                  actor,
                  action: "asset.uploaded",
                  subject: `asset:${asset.id}`,
                  address: request.ip,
                });
                const location = `/v1/assets/${asset.id}`;
                return { body: viewAsset(context, asset), location, subjectId: asset.id };
              },
            ),
        );
      } catch (error) {
        throw storageProblem(error);
      }
    },
  });

  app.route({
    method: "POST",
    url: "/v1/assets/import",
    config: { access: { scope: "assets:write" } },
    schema: {
      tags: ["assets"],
      summary: "Have a media file fetched from an address; at most 4 GiB",
      body: z.strictObject({
        url: z
          .string()
          .max(2_000)
          .meta({ examples: ["https://example.com/harbour.mp4"] })
          .describe("https, of a public address"),
        name: z
          .string()
          .max(300)
          .optional()
          .describe("What people see; what the address ends with when absent"),
        class: AssetClass.default("upload"),
      }),
      response: responses({ 201: UploadView.extend({ engine: z.enum(["ready", "delayed"]) }) }, [
        "address_refused",
        "storage_quota",
        "too_many_uploads",
      ]),
    },
    handler: (request, reply) => {
      const { workspaceId, actor } = principalOf(request);
      const { url, name, class: of } = request.body;
      return accept(
        context,
        { request, reply },
        {
          status: 201,
          prepare: () =>
            checkAddress(context, {
              address: url,
              pointer: "/url",
              credentials:
                "Leave user name and password out of the address. Download the file and upload it.",
              refusal: "Nothing is fetched from there",
            }),
        },
        async (em, address) => {
          const { upload, outboxId } = await beginImport(em, {
            workspaceId,
            createdBy: actor,
            address: request.ip,
            quotaBytes: context.storageQuotaBytes ?? Infinity,
            now: context.now(),
            url: address.href,
            name: fileNameOf(name ?? lastPartOf(address)),
            class: of,
          });
          return {
            body: await viewUpload(context, upload),
            outboxIds: [outboxId],
            location: `/v1/uploads/${upload.id}`,
            subjectId: upload.id,
          };
        },
      );
    },
  });

  app.route({
    method: "GET",
    url: "/v1/assets",
    config: { access: { scope: "assets:read" } },
    schema: {
      tags: ["assets"],
      summary: "List assets, newest first",
      querystring: z.strictObject({
        ...PageQuery.shape,
        kind: AssetKind.optional(),
        status: AssetState.optional(),
        class: AssetClass.optional(),
      }),
      response: responses({ 200: pageOf(AssetView) }),
    },
    handler: async (request) => {
      const { limit, cursor, kind, status, class: of } = request.query;
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const rows = await em.find(
        Asset,
        {
          ...afterCursor(cursor),
          ...(kind === undefined ? {} : { kind }),
          ...(status === undefined ? {} : { status }),
          ...(of === undefined ? {} : { class: of }),
        },
        { orderBy: { id: "desc" }, limit: limit + 1 },
      );
      const page = toPage(rows, limit, (row) => row);
      return { ...page, data: await viewAssets(context, em, page.data) };
    },
  });

  app.route({
    method: "GET",
    url: "/v1/assets/:id",
    config: { access: { scope: "assets:read" } },
    schema: {
      tags: ["assets"],
      summary: "One asset",
      params: IdParams,
      response: responses({ 200: AssetView }, ["not_found", "file_expired"]),
    },
    handler: async (request) => {
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const { id } = request.params;
      const row = await foundOrExpired(em, await em.findOne(Asset, { id }), { kind: "asset", id });
      const [view] = await viewAssets(context, em, [row]);
      return view ?? viewAsset(context, row);
    },
  });

  app.route({
    method: "PATCH",
    url: "/v1/assets/:id",
    config: { access: { scope: "assets:write" } },
    schema: {
      tags: ["assets"],
      summary: "Say what an asset is there for: `library` keeps it until somebody deletes it",
      params: IdParams,
      body: z.strictObject({ class: AssetClass }),
      response: responses({ 200: AssetView }, ["not_found", "file_expired"]),
    },
    handler: async (request, reply) => {
      const { workspaceId, actor } = principalOf(request);
      const { id } = request.params;
      return accept(context, { request, reply }, { status: 200 }, async (em) => {
        const row = await changeClass(em, { id, to: request.body.class, now: context.now() });
        await recordAudit(em, {
          workspaceId,
          actor,
          action: "asset.class-changed",
          subject: `asset:${id}`,
          address: request.ip,
          detail: { class: row.class },
        });
        const [view] = await viewAssets(context, em, [row]);
        return { body: view ?? viewAsset(context, row), subjectId: id };
      });
    },
  });

  app.route({
    method: "GET",
    url: "/v1/assets/:id/content",
    config: { access: { scope: "assets:read" } },
    schema: {
      tags: ["assets"],
      summary: "The file itself, or a range of its bytes",
      params: IdParams,
      response: fileResponses,
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      return sendBlob({ request, reply, storage: context.storage }, async () => {
        const em = inWorkspace(context.orm, principalOf(request).workspaceId);
        const row = await em.findOne(Asset, { id, status: "ready" });
        return foundOrExpired(em, row, { kind: "asset", id });
      });
    },
  });

  app.route({
    method: "GET",
    url: "/v1/assets/:id/renditions",
    config: { access: { scope: "assets:read" } },
    schema: {
      tags: ["assets"],
      summary: "The versions of an asset that were made for targets",
      params: IdParams,
      response: responses(
        { 200: z.object({ data: z.array(RenditionView), nextCursor: z.null() }) },
        ["not_found", "file_expired"],
      ),
    },
    handler: async (request) => {
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const { id } = request.params;
      await foundOrExpired(em, await em.findOne(Asset, { id }), { kind: "asset", id });
      const rows = await em.find(Rendition, { assetId: id }, { orderBy: { id: "asc" } });
      return { data: await viewRenditions(context, em, rows), nextCursor: null };
    },
  });

  app.route({
    method: "GET",
    url: "/v1/assets/:id/renditions/:renditionId/content",
    config: { access: { scope: "assets:read" } },
    schema: {
      tags: ["assets"],
      summary: "A rendition's file, or a range of its bytes",
      params: RenditionParams,
      response: fileResponses,
    },
    handler: async (request, reply) => {
      const { id, renditionId } = request.params;
      return sendBlob({ request, reply, storage: context.storage }, async () => {
        const em = inWorkspace(context.orm, principalOf(request).workspaceId);
        const row = await em.findOne(Rendition, { id: renditionId, assetId: id });
        return foundOrExpired(em, row, { kind: "rendition", id: renditionId, assetId: id });
      });
    },
  });

  app.route({
    method: "DELETE",
    url: "/v1/assets/:id",
    config: { access: { scope: "assets:write" } },
    schema: {
      tags: ["assets"],
      summary: "Remove an asset that nothing needs any more, with all that was made of it",
      description:
        "Where something needs it, `users` of the problem lists what: posts that are not done, series that have not ended, generations at work on it, and runs of agents that are to post it.",
      params: IdParams,
      response: responses({ 204: z.null() }, ["not_found", "asset_in_use", "file_expired"]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const blobs = await inWorkspace(context.orm, principal.workspaceId).transactional(
        async (em) => {
          const keys = await removeAsset(context, em, request.params.id);
          await recordAudit(em, {
            workspaceId: principal.workspaceId,
            actor: principal.actor,
            action: "asset.deleted",
            subject: request.params.id,
            address: request.ip,
          });
          return keys;
        },
      );
      for (const key of blobs) await context.storage.delete(key);
      return reply.code(204).send(null);
    },
  });
};

function lastPartOf(address: URL): string {
  const part = address.pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(part);
  } catch {
    // No text in UTF-8: as it stands.
    return part;
  }
}
