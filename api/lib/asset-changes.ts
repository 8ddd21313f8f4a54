import { LockMode } from "@mikro-orm/core";
import { join } from "node:path";
import { Asset, Rendition } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import type { KeptUpload } from "#db/insert-asset.ts";
import type { EntityManager } from "#db/orm.ts";
import { readNeeds, type NeedOfObject } from "#db/read-needs.ts";
import { recordEvent } from "#db/record-event.ts";
import { firstKeeping } from "#domain/decide-expiry.ts";
import { checkDeclaredType } from "#domain/check-declared-type.ts";
import { MediaError, Problem } from "#domain/errors.ts";
import { mediaProblem } from "#domain/media-problem.ts";
import type { AssetClass } from "#domain/retention.ts";
import type { Probe } from "#media/contract.ts";
import { probeInChild } from "#media/probe-in-child.ts";
import { hashFile } from "#storage/hash-file.ts";
import type { ApiContext } from "../context.ts";
import { atMost } from "./at-most.ts";
import { foundOrExpired } from "./found-or-expired.ts";
import type { Upload } from "./receive-upload.ts";

/** Each look into a file is a process with a core and up to two gigabytes of its own. */
const inLine = atMost(2);

/**
 * Looks into an uploaded file and strips it, in a process of its own, and stores it; the row comes after. Throws Problem
 * 422 with the code of what is wrong with the file, 503 `storage_full`.
 */
export async function keepUpload(
  context: ApiContext,
  input: { workspaceId: string; upload: Upload; signal: AbortSignal },
): Promise<KeptUpload> {
  const { workspaceId, upload, signal } = input;
  const keptPath = join(upload.folder, "kept");
  const facts = await inLine(signal, () => keep(context, { upload, keptPath, signal }));
  const id = newId();
  const blobKey = `${workspaceId}/assets/${id}`;
  try {
    await context.storage.putFile({
      key: blobKey,
      filePath: keptPath,
      contentType: facts.contentType,
      signal,
    });
    return { id, blobKey, facts, sha256: await hashFile(keptPath), name: upload.name };
  } catch (error) {
    // No row knows of it.
    await context.storage.delete(blobKey);
    throw error;
  }
}

/** Turns a full disk into Problem 503 `storage_full`; other errors stay what they are. */
export function storageProblem(error: unknown): unknown {
  if (
    !(
      error instanceof Error &&
      "code" in error &&
      (error.code === "ENOSPC" || error.code === "EDQUOT")
    )
  )
    return error;
  return new Problem({
    status: 503,
    code: "storage_full",
    detail: "There is no room left for files here. Nothing was stored; an operator must make room.",
  });
}

/**
 * Removes the asset and its renditions from the database and returns the blobs to delete after the commit; what is left of
 * them when the process dies meanwhile is swept. Throws Problem 404, 410 `file_expired`, 409 `asset_in_use` with all that
 * needs it. Call it within a transaction.
 */
export async function removeAsset(
  context: ApiContext,
  em: EntityManager,
  id: string,
): Promise<string[]> {
  const asset = await findLocked(em, id);
  const needs = await readNeeds(em, { now: context.now(), ids: [id] });
  // What failed may be tried again, and can't be cancelled: it would hold its media for ever.
  const users = needs.filter(({ until }) => until === null);
  if (users.length > 0) throw inUse(context, users);
  const renditions = await em.find(Rendition, { assetId: id });
  await em.nativeDelete(Asset, { id });
  await recordEvent(em, {
    workspaceId: asset.workspaceId,
    type: "asset.deleted",
    subjectKind: "asset",
    subjectId: id,
  });
  return [asset.blobKey, ...renditions.map((rendition) => rendition.blobKey)];
}

/** Changes what an asset is there for; its time counts anew. Throws Problem 404 and 410. Call it within a transaction. */
export async function changeClass(
  em: EntityManager,
  { id, to, now }: { id: string; to: AssetClass; now: Date },
): Promise<Asset> {
  const asset = await findLocked(em, id);
  if (asset.class === to) return asset;
  Object.assign(asset, { class: to, ...firstKeeping(to, now) });
  await em.flush();
  await recordEvent(em, {
    workspaceId: asset.workspaceId,
    type: "asset.changed",
    subjectKind: "asset",
    subjectId: id,
    data: { class: to },
  });
  return asset;
}

async function findLocked(em: EntityManager, id: string): Promise<Asset> {
  const row = await em.findOne(Asset, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  return foundOrExpired(em, row, { kind: "asset", id });
}

const collections = {
  post: "posts",
  series: "series",
  generation: "generations",
  run: "runs",
} satisfies Record<NeedOfObject["kind"], string>;

/** So many are named; who frees the asset of these is told of the rest. */
const mostNamed = 20;

function inUse(context: ApiContext, needs: readonly NeedOfObject[]): Problem {
  const users = needs
    .map(({ kind, id }) => ({
      kind,
      id,
      url: `${context.publicUrl}/v1/${collections[kind]}/${id}`,
    }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, mostNamed);
  const named = users.map(({ kind, id }) => `${kind} ${id}`).join(", ");
  const postIds = users.filter(({ kind }) => kind === "post").map(({ id }) => id);
  return new Problem({
    status: 409,
    code: "asset_in_use",
    detail: `It is needed by ${named}. Change, cancel or end ${users.length > 1 ? "them" : "it"} first.`,
    extra: { users, postIds },
  });
}

async function keep(
  context: ApiContext,
  { upload, keptPath, signal }: { upload: Upload; keptPath: string; signal: AbortSignal },
): Promise<Probe> {
  const { ffmpegPath, ffprobePath } = context;
  const { path, name, declaredType } = upload;
  try {
    const keep = { path: keptPath, ffmpegPath };
    const facts = await probeInChild({ path, ffprobePath, keep, signal });
    checkDeclaredType({ found: facts.contentType, declared: declaredType, name });
    return facts;
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    throw mediaProblem(error);
  }
}
