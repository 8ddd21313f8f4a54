import { LockMode } from "@mikro-orm/core";
import { Context } from "@temporalio/activity";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Upload } from "#db/entities/index.ts";
import type { UploadProblem } from "#db/entities/upload.ts";
import { insertAsset } from "#db/insert-asset.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { recordEvent } from "#db/record-event.ts";
import { requireRoom } from "#db/require-room.ts";
import { checkDeclaredType, statedType } from "#domain/check-declared-type.ts";
import { MediaError, Problem } from "#domain/errors.ts";
import { mediaProblem } from "#domain/media-problem.ts";
import { uploadMachine } from "#domain/states.ts";
import type { Probe } from "#media/contract.ts";
import { keepingTimeoutMs, probeInChild } from "#media/probe-in-child.ts";
import { withTempFolder } from "#media/with-temp-folder.ts";
import { BlobNotFound } from "#storage/contract.ts";
import { hashFile } from "#storage/hash-file.ts";
import { uploadKey } from "#storage/incoming.ts";
import type { UploadIds } from "#workflows/ids.ts";
import type { UploadCheckActivities, UploadLedgerActivities } from "#workflows/take-upload.ts";
import type { ActivityDeps } from "./deps.ts";
import { FetchRefused, fetchFile } from "./lib/fetch-file.ts";
import { createFetchTime, type FetchTime } from "./lib/fetch-time.ts";
import { withHeartbeat } from "./lib/with-heartbeat.ts";

/** The largest file that is fetched, as of one that is sent. Bytes. */
const largestFetchedBytes = 4 * 1024 ** 3;
/** A file that can't be had after so many tries is given up. */
const mostFetches = 4;
/** All tries together may take so long, those that died among them: the largest file at a little over 1 MB a second. */
const longestFetchMs = 60 * 60_000;

/** What `takeUpload` asks for. */
export function createUploadActivities(
  deps: ActivityDeps,
): UploadCheckActivities & UploadLedgerActivities {
  return {
    async keepUploadedFile(ids) {
      const upload = await inWorkspace(deps.orm, ids.workspaceId).findOne(Upload, {
        id: ids.uploadId,
      });
      if (!upload) return { status: "gone" };
      if (!isOpen(upload)) return { status: endOf(upload) };
      const { heartbeatDetails: told } = Context.current().info;
      const time = createFetchTime({ told, limitMs: longestFetchMs });
      return withHeartbeat(
        (signal) =>
          withTempFolder(async (folder) => {
            const kept = await keep(deps, { upload, folder, time, signal });
            if ("problem" in kept) return fail(deps, ids, kept.problem);
            const settled = await settle(deps, upload, kept);
            return "problem" in settled ? fail(deps, ids, settled.problem) : settled;
          }),
        time.details,
      );
    },

    async giveUpUpload(ids) {
      await fail(deps, ids, {
        code: "internal",
        detail:
          "The file could not be checked here. It is not the file's fault: send it again later.",
      });
    },

    async removeUploadedPieces({ workspaceId, uploadId }) {
      await deps.storage.incoming.remove(uploadKey({ workspaceId, id: uploadId }));
    },
  };
}

interface Kept {
  facts: Probe;
  /** Of the copy, hex. */
  sha256: string;
  path: string;
}

/** The very checks that a file goes through which comes as a form, and that it is the file which was announced. */
async function keep(
  deps: ActivityDeps,
  {
    upload,
    folder,
    time,
    signal,
  }: { upload: Upload; folder: string; time: FetchTime; signal: AbortSignal },
): Promise<Kept | { problem: UploadProblem }> {
  const [path, keptPath] = [join(folder, "upload"), join(folder, "kept")];
  const { bytes, sha256 } = upload;
  const brought = await bring(deps, { upload, path, time, signal });
  if ("problem" in brought) return brought;
  const { size } = await stat(path);
  if (upload.status === "checking" && size !== bytes) {
    const detail = `The file has ${size} bytes where ${bytes} were announced. Send it again.`;
    return { problem: { code: "corrupt", detail } };
  }
  if (sha256 && (await hashFile(path, signal)) !== sha256) {
    const detail = "The file is not the one that its SHA-256 names. Send it again.";
    return { problem: { code: "checksum_mismatch", detail } };
  }
  try {
    const { ffmpegPath, ffprobePath } = deps;
    const facts = await probeInChild({
      path,
      ffprobePath,
      keep: { path: keptPath, ffmpegPath },
      timeoutMs: keepingTimeoutMs(size),
      signal,
    });
    checkDeclaredType({ found: facts.contentType, ...brought });
    return { facts, sha256: await hashFile(keptPath, signal), path: keptPath };
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    const { code, message } = mediaProblem(error);
    return { problem: { code, detail: message } };
  }
}

/**
 * Brings the file to a local path: what was sent, or from where it is to be fetched. Gives what is said of its type, or what
 * is wrong with it.
 */
async function bring(
  deps: ActivityDeps,
  {
    upload,
    path,
    time,
    signal,
  }: { upload: Upload; path: string; time: FetchTime; signal: AbortSignal },
): Promise<{ declared: string | null; name: string | null } | { problem: UploadProblem }> {
  const url = upload.sourceUrl;
  try {
    if (upload.status === "fetching" && url) {
      const maximumBytes = largestFetchedBytes;
      const file = { fetch: deps.fetch, url, filePath: path, maximumBytes, signal };
      const withinMs = time.leftMs();
      const { declaredType: declared } = await time.spend(() => fetchFile({ ...file, withinMs }));
      // An address ends as it likes: what its server says counts, where it says something.
      return { declared, name: statedType(declared) ? null : (upload.name ?? null) };
    }
    await deps.storage.incoming.toFile({ key: uploadKey(upload), filePath: path, signal });
    return { declared: upload.declaredType ?? null, name: upload.name ?? null };
  } catch (error) {
    if (error instanceof BlobNotFound) {
      const detail = "What was sent of the file is not there any more.";
      return { problem: { code: "corrupt", detail } };
    }
    if (!(error instanceof FetchRefused)) throw error;
    if (error.passing && Context.current().info.attempt < mostFetches) throw error;
    return { problem: error.problem };
  }
}

/** Stores the copy and makes the asset, where there is room. A try that is repeated stores it under the same key. */
async function settle(
  deps: ActivityDeps,
  upload: Upload,
  { facts, sha256, path }: Kept,
): Promise<{ status: "ready" | "failed" | "gone" } | { problem: UploadProblem }> {
  const { id, workspaceId, name } = upload;
  const blobKey = `${workspaceId}/assets/${id}`;
  await deps.storage.putFile({ key: blobKey, filePath: path, contentType: facts.contentType });
  const end = await inWorkspace(deps.orm, workspaceId).transactional(async (em) => {
    const row = await em.findOne(Upload, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!row) return { status: "gone" as const };
    if (!isOpen(row)) return { status: endOf(row) };
    // Nobody knew before how large it is; of what was sent, room was taken in the beginning.
    const problem = row.status === "fetching" && (await noRoomFor(deps, em, row, facts.bytes));
    if (problem) return { problem };
    await insertAsset(em, {
      id,
      workspaceId,
      blobKey,
      facts,
      sha256,
      name: name ?? null,
      class: row.class,
      now: deps.now(),
    });
    row.status = uploadMachine.step(row.status, "ready");
    row.assetId = id;
    row.bytes = row.bytes || facts.bytes;
    row.sourceUrl = null;
    await em.flush();
    const data = { assetId: id };
    await recordEvent(em, {
      workspaceId,
      type: "upload.ready",
      subjectKind: "upload",
      subjectId: id,
      data,
    });
    await recordAudit(em, {
      workspaceId,
      actor: row.createdBy,
      action: "asset.uploaded",
      subject: `asset:${id}`,
      address: row.address ?? undefined,
    });
    return { status: "ready" as const };
  });
  if ("problem" in end || end.status !== "ready") await deps.storage.delete(blobKey);
  return end;
}

async function noRoomFor(
  deps: ActivityDeps,
  em: EntityManager,
  { workspaceId }: Upload,
  bytes: number,
): Promise<UploadProblem | undefined> {
  const quotaBytes = deps.storageQuotaBytes ?? Infinity;
  try {
    await requireRoom(em, { workspaceId, bytes, quotaBytes });
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { code: error.code, detail: error.message };
  }
}

async function fail(
  deps: ActivityDeps,
  { workspaceId, uploadId }: UploadIds,
  problem: UploadProblem,
): Promise<{ status: "ready" | "failed" | "gone" }> {
  const status = await inWorkspace(deps.orm, workspaceId).transactional(async (em) => {
    const row = await em.findOne(
      Upload,
      { id: uploadId },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!row) return "gone";
    if (!isOpen(row)) return endOf(row);
    row.status = uploadMachine.step(row.status, "failed");
    row.problem = problem;
    row.sourceUrl = null;
    await em.flush();
    await recordEvent(em, {
      workspaceId,
      type: "upload.failed",
      subjectKind: "upload",
      subjectId: uploadId,
      data: { code: problem.code },
    });
    return "failed";
  });
  return { status };
}

function isOpen({ status }: Upload): boolean {
  return status === "checking" || status === "fetching";
}

function endOf({ status }: Upload): "ready" | "failed" {
  return status === "ready" ? "ready" : "failed";
}
