import { LockMode } from "@mikro-orm/core";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Asset, Rendition } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import type { EntityManager } from "#db/orm.ts";
import { recordEvent } from "#db/record-event.ts";
import { MediaError, Problem } from "#domain/errors.ts";
import { isProblemCode } from "#domain/problem-codes.ts";
import { postMachine, type PostStatus } from "#domain/states.ts";
import type { Probe } from "#media/contract.ts";
import { probeInChild } from "#media/probe-in-child.ts";
import type { ApiContext } from "../context.ts";
import { atMost } from "./at-most.ts";
import { found } from "./not-found.ts";
import type { Upload } from "./receive-upload.ts";

/** Each look into a file is a process with a core and up to two gigabytes of its own. */
const inLine = atMost(2);

/** An upload whose file is stored, and of which no row knows yet. */
export interface KeptUpload {
  id: string;
  blobKey: string;
  facts: Probe;
  /** Of the file as it is kept, hex. */
  sha256: string;
  name: string | null;
}

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
  const facts = await inLine(signal, () => keep(context, { path: upload.path, keptPath, signal }));
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

/** Makes an asset of a stored upload. Call it within a transaction. */
export async function insertAsset(
  em: EntityManager,
  input: KeptUpload & { workspaceId: string },
): Promise<Asset> {
  const { workspaceId, id, facts, sha256, blobKey, name } = input;
  await insertRow(em, Asset, {
    id,
    workspaceId,
    ...shownFacts(facts),
    status: "ready",
    sha256,
    blobKey,
    origin: "upload",
    name,
  });
  await recordEvent(em, {
    workspaceId,
    type: "asset.ready",
    subjectKind: "asset",
    subjectId: id,
  });
  return em.findOneOrFail(Asset, { id });
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
 * Removes the asset and its renditions from the database and returns the blobs to delete after the commit. Throws
 * Problem 404, 409 `asset_in_use`. Call it within a transaction.
 */
export async function removeAsset(em: EntityManager, id: string): Promise<string[]> {
  const asset = found(
    await em.findOne(Asset, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
    "asset",
  );
  const postIds = await postsThatNeed(em, id);
  if (postIds.length > 0) {
    throw new Problem({
      status: 409,
      code: "asset_in_use",
      detail: `Posts that are not out yet use it: ${postIds.join(", ")}. Cancel or change them first.`,
      extra: { postIds },
    });
  }
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

/**
 * Posts in these states need no media any more. Two of them are not final, as somebody may publish what failed once
 * more; but nothing goes out of itself, and holding their media would hold it for ever: they can't be cancelled.
 */
const past: PostStatus[] = [
  ...postMachine.states.filter((status) => postMachine.isFinal(status)),
  "failed",
  "partially_published",
];

async function postsThatNeed(em: EntityManager, assetId: string): Promise<string[]> {
  const rows: { id: string }[] = await em.execute(
    `select post.id from post
     where post.status <> all(?::text[]) and (
       post.assets @> ?::jsonb
       or exists (select 1 from target where target.post_id = post.id and target.overrides @> ?::jsonb)
     ) order by post.id limit 20`,
    [
      `{${past.join(",")}}`,
      JSON.stringify([{ id: assetId }]),
      JSON.stringify({ assets: [{ id: assetId }] }),
    ],
  );
  return rows.map((row) => row.id);
}

async function keep(
  context: ApiContext,
  { path, keptPath, signal }: { path: string; keptPath: string; signal: AbortSignal },
): Promise<Probe> {
  const { ffmpegPath, ffprobePath } = context;
  try {
    return await probeInChild({ path, ffprobePath, keep: { path: keptPath, ffmpegPath }, signal });
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    throw new Problem({
      status: 422,
      code: isProblemCode(error.code) ? error.code : "media_unreadable",
      detail: `This file can't be taken: ${error.message}.`,
      errors: [{ pointer: "/file", detail: error.message }],
    });
  }
}

function shownFacts(facts: Probe) {
  const { kind, contentType, bytes } = facts;
  return {
    kind,
    contentType,
    bytes,
    width: facts.kind === "audio" ? null : facts.width,
    height: facts.kind === "audio" ? null : facts.height,
    durationSeconds: facts.durationSeconds ?? null,
  };
}

/** SHA-256 of a file, hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
