import { z } from "zod";
import { Asset, Rendition } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import type { AssetStatus } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import {
  hashFile,
  insertAsset,
  keepUpload,
  removeAsset,
  storageProblem,
} from "../lib/asset-changes.ts";
import { clientSignal } from "../lib/client-signal.ts";
import { documentedResponses } from "../lib/documented-responses.ts";
import { found } from "../lib/not-found.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { maximumUploadBytes, withUpload } from "../lib/receive-upload.ts";
import { Id, IdParams, Instant, iso, responses } from "../lib/responses.ts";
import { sendBlob } from "../lib/send-blob.ts";
import { principalOf } from "../plugins/access.ts";

const kinds = z.enum(["image", "video", "audio"]);
const statuses = z.enum(["processing", "ready", "failed"] satisfies AssetStatus[]);

const MediaFacts = {
  contentType: z.string().describe("As found by the content, whatever the file was called"),
  bytes: z.int(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  durationSeconds: z.number().nullable(),
};

const AssetView = z.object({
  id: Id,
  kind: kinds,
  ...MediaFacts,
  status: statuses,
  name: z.string().nullable().describe("What the file was called by whoever sent it"),
  origin: z.enum(["upload", "generation"]),
  offlineOutput: z
    .boolean()
    .describe("Made by an offline model: refused on real platforms unless approved so"),
  contentUrl: z.string(),
  createdAt: Instant,
});

const RenditionView = z.object({
  id: Id,
  recipe: z.string().describe("How it was made, with version and parameters"),
  ...MediaFacts,
  contentUrl: z.string(),
});

const RenditionParams = z.object({ id: Id, renditionId: Id });

/** A file, or what is asked for of it. */
const fileResponses = documentedResponses(
  {
    200: { description: "The file", type: "*/*" },
    206: { description: "The range that was asked for", type: "*/*" },
    304: { description: "You have it already, by If-None-Match" },
    416: { description: "The file has no such range" },
  },
  ["not_found"],
);

/** Assets: media files of the workspace, uploaded or generated, with the renditions that were made of them. */
export const addAssetRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "POST",
    url: "/v1/assets",
    config: { access: { scope: "assets:write" } },
    schema: {
      tags: ["assets"],
      summary: "Upload a media file: multipart/form-data, field `file`, at most 64 MB",
      consumes: ["multipart/form-data"],
      body: z.object({ file: z.string().meta({ format: "binary" }) }),
      response: responses({ 201: AssetView }, [
        "client_gone",
        "malformed_multipart",
        "file_missing",
        "unknown_field",
        "too_many_files",
        "unsupported_type",
        "corrupt",
        "empty",
        "too_long",
        "too_many_pixels",
        "timeout",
        "media_unreadable",
        "storage_full",
      ]),
    },
    // The body's schema is for the description: a form is read and checked as it comes in.
    validatorCompiler: () => (value) => ({ value }),
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
                fingerprint: { sha256: await hashFile(upload.path), name: upload.name },
                prepare: () => keepUpload(context, { workspaceId, upload, signal }),
                discard: ({ blobKey }) => context.storage.delete(blobKey),
              },
              async (em, kept) => {
                signal.throwIfAborted();
                const asset = await insertAsset(em, { workspaceId, ...kept });
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
    method: "GET",
    url: "/v1/assets",
    config: { access: { scope: "assets:read" } },
    schema: {
      tags: ["assets"],
      summary: "List assets, newest first",
      querystring: z.strictObject({
        ...PageQuery.shape,
        kind: kinds.optional(),
        status: statuses.optional(),
      }),
      response: responses({ 200: pageOf(AssetView) }),
    },
    handler: async (request) => {
      const { limit, cursor, kind, status } = request.query;
      const rows = await inWorkspace(context.orm, principalOf(request).workspaceId).find(
        Asset,
        {
          ...afterCursor(cursor),
          ...(kind === undefined ? {} : { kind }),
          ...(status === undefined ? {} : { status }),
        },
        { orderBy: { id: "desc" }, limit: limit + 1 },
      );
      return toPage(rows, limit, (row) => viewAsset(context, row));
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
      response: responses({ 200: AssetView }, ["not_found"]),
    },
    handler: async (request) => {
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      return viewAsset(context, found(await em.findOne(Asset, { id: request.params.id }), "asset"));
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
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const asset = found(
        await em.findOne(Asset, { id: request.params.id, status: "ready" }),
        "asset",
      );
      return sendBlob({ request, reply, storage: context.storage }, asset);
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
        ["not_found"],
      ),
    },
    handler: async (request) => {
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const asset = found(await em.findOne(Asset, { id: request.params.id }), "asset");
      const rows = await em.find(Rendition, { assetId: asset.id }, { orderBy: { id: "asc" } });
      return { data: rows.map((row) => viewRendition(context, row)), nextCursor: null };
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
      const em = inWorkspace(context.orm, principalOf(request).workspaceId);
      const { id, renditionId } = request.params;
      const rendition = found(
        await em.findOne(Rendition, { id: renditionId, assetId: id }),
        "rendition",
      );
      return sendBlob({ request, reply, storage: context.storage }, rendition);
    },
  });

  app.route({
    method: "DELETE",
    url: "/v1/assets/:id",
    config: { access: { scope: "assets:write" } },
    schema: {
      tags: ["assets"],
      summary: "Remove an asset that no post needs any more",
      params: IdParams,
      response: responses({ 204: z.null() }, ["not_found", "asset_in_use"]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const blobs = await inWorkspace(context.orm, principal.workspaceId).transactional(
        async (em) => {
          const keys = await removeAsset(em, request.params.id);
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

function viewAsset(context: ApiContext, row: Asset): z.infer<typeof AssetView> {
  const { id, kind, contentType, bytes, status, origin, offlineOutput } = row;
  return {
    id,
    kind,
    contentType,
    bytes,
    width: row.width ?? null,
    height: row.height ?? null,
    durationSeconds: row.durationSeconds ?? null,
    status,
    name: row.name ?? null,
    origin,
    offlineOutput,
    contentUrl: `${context.publicUrl}/v1/assets/${id}/content`,
    createdAt: iso(row.createdAt),
  };
}

function viewRendition(context: ApiContext, row: Rendition): z.infer<typeof RenditionView> {
  const { id, recipe, contentType, bytes, width, height } = row;
  return {
    id,
    recipe,
    contentType,
    bytes,
    width,
    height,
    durationSeconds: row.durationSeconds ?? null,
    contentUrl: `${context.publicUrl}/v1/assets/${row.assetId}/renditions/${id}/content`,
  };
}
