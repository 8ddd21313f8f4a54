import { z } from "zod";
import type { Asset, Rendition } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { readNeeds } from "#db/read-needs.ts";
import { decideExpiry, type Need } from "#domain/decide-expiry.ts";
import { digitalSources } from "#domain/digital-source.ts";
import { assetClasses } from "#domain/retention.ts";
import type { AssetStatus } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
import { mediaUrl, mediaUrlMeans } from "./media-url.ts";
import { Id, Instant, iso } from "./responses.ts";

export const AssetKind = z.enum(["image", "video", "audio"]);
export const AssetState = z.enum(["processing", "ready", "failed"] satisfies AssetStatus[]);

export const AssetClass = z
  .enum(assetClasses)
  .describe(
    "What it is there for: `library` is kept until somebody deletes it; `upload`, `input` (of a generation) and `output` (of one) expire: see GET /v1/retention",
  );

const MediaFacts = {
  contentType: z.string().describe("As found by the content, whatever the file was called"),
  bytes: z.int(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  durationSeconds: z.number().nullable(),
};

const ExpiresAt = Instant.nullable().describe(
  "When it is removed unless something needs it until then; null while something does, and for what is in the library",
);

export const AssetView = z.object({
  id: Id,
  kind: AssetKind,
  ...MediaFacts,
  status: AssetState,
  name: z.string().nullable().describe("What the file was called by whoever sent it"),
  origin: z.enum(["upload", "generation"]),
  class: AssetClass,
  expiresAt: ExpiresAt,
  digitalSource: z
    .enum(digitalSources)
    .nullable()
    .describe(
      "What a model had a part in, in IPTC's words; the file and its renditions carry the same mark, and platforms that ask are told. Null for everything else",
    ),
  offlineOutput: z
    .boolean()
    .describe("Made by an offline model: refused on real platforms unless approved so"),
  contentUrl: z.string(),
  mediaUrl: z.string().describe(mediaUrlMeans),
  createdAt: Instant,
});

export const RenditionView = z.object({
  id: Id,
  recipe: z.string().describe("How it was made, with version and parameters"),
  ...MediaFacts,
  class: z.literal("rendition"),
  expiresAt: ExpiresAt,
  contentUrl: z.string(),
  mediaUrl: z.string().describe(mediaUrlMeans),
});

/** Assets as the API shows them, in their order. Call it within the workspace. */
export async function viewAssets(
  context: ApiContext,
  em: EntityManager,
  rows: readonly Asset[],
): Promise<z.infer<typeof AssetView>[]> {
  const passing = rows.filter((row) => row.class !== "library");
  const needs = await needsOf(context, em, passing);
  return rows.map((row) => viewAsset(context, row, needs.get(row.id) ?? []));
}

/** An asset of which nothing made use yet. */
export function viewAsset(
  context: ApiContext,
  row: Asset,
  needs: readonly Need[] = [],
): z.infer<typeof AssetView> {
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
    class: row.class,
    expiresAt: iso(decideExpiry(row, needs, context.now()).expiresAt),
    digitalSource: row.digitalSource ?? null,
    offlineOutput,
    contentUrl: `${context.publicUrl}/v1/assets/${id}/content`,
    mediaUrl: mediaUrl(context, { workspaceId: row.workspaceId, kind: "assets", id }),
    createdAt: iso(row.createdAt),
  };
}

/** Renditions as the API shows them. Call it within the workspace. */
export async function viewRenditions(
  context: ApiContext,
  em: EntityManager,
  rows: readonly Rendition[],
): Promise<z.infer<typeof RenditionView>[]> {
  const needs = await needsOf(context, em, rows);
  return rows.map((row) => {
    const { id, recipe, contentType, bytes, width, height } = row;
    const { neededAt, expiresAt } = row;
    const keeping = { class: "rendition" as const, neededAt, expiresAt };
    return {
      id,
      recipe,
      contentType,
      bytes,
      width,
      height,
      durationSeconds: row.durationSeconds ?? null,
      class: "rendition",
      expiresAt: iso(decideExpiry(keeping, needs.get(id) ?? [], context.now()).expiresAt),
      contentUrl: `${context.publicUrl}/v1/assets/${row.assetId}/renditions/${id}/content`,
      mediaUrl: mediaUrl(context, { workspaceId: row.workspaceId, kind: "renditions", id }),
    };
  });
}

async function needsOf(
  context: ApiContext,
  em: EntityManager,
  rows: readonly { id: string }[],
): Promise<Map<string, Need[]>> {
  const found = await readNeeds(em, { now: context.now(), ids: rows.map(({ id }) => id) });
  return Map.groupBy(found, ({ objectId }) => objectId);
}
