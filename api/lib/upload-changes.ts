import { LockMode } from "@mikro-orm/core";
import { z } from "zod";
import { Upload } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { recordEvent } from "#db/record-event.ts";
import { requireRoom } from "#db/require-room.ts";
import { Problem } from "#domain/errors.ts";
import { retention, type AssetClass } from "#domain/retention.ts";
import { uploadMachine, type UploadStatus } from "#domain/states.ts";
import { uploadKey } from "#storage/incoming.ts";
import type { ApiContext } from "../context.ts";
import { found } from "./not-found.ts";
import { Id, Instant, iso } from "./responses.ts";
import { tellEngine } from "./tell-engine.ts";
import type { UploadMetadata } from "./upload-metadata.ts";

/** Uploads of one workspace that are under way at once. */
const mostOpen = 100;

export const UploadView = z.object({
  id: Id,
  status: z
    .enum(["receiving", "fetching", "checking", "ready", "failed"] satisfies UploadStatus[])
    .describe(
      "`receiving` until the last byte is there, then `checking`; `fetching` while it comes from an address; `ready` once it is an asset, `failed` where it can't be one",
    ),
  bytes: z.int().describe("Of the whole file; 0 while it is fetched"),
  received: z.int().describe("How many of them have arrived"),
  name: z.string().nullable(),
  assetId: Id.nullable().describe("The asset that it became"),
  problem: z
    .object({ code: z.string(), detail: z.string() })
    .nullable()
    .describe("Why it became none"),
  expiresAt: Instant.describe("Until when it goes on, or is remembered"),
  createdAt: Instant,
});

/** Who begins an upload, when and from where, and how much the workspace may keep. */
interface Beginning {
  workspaceId: string;
  createdBy: string;
  address: string;
  quotaBytes: number;
  now: Date;
}

/** Notes an upload that begins. Call it within a transaction. Throws Problem 409 `storage_quota`, `too_many_uploads`. */
export async function beginUpload(
  em: EntityManager,
  input: Beginning & { bytes: number; metadata: UploadMetadata & { header: string | null } },
): Promise<Upload> {
  const { bytes, metadata, now } = input;
  return insertUpload(em, {
    ...input,
    row: {
      bytes,
      sha256: metadata.sha256,
      name: metadata.name,
      declaredType: metadata.declaredType,
      class: metadata.class,
      metadata: metadata.header,
      expiresAt: new Date(now.getTime() + retention.unfinishedUploadsMs),
    },
  });
}

/**
 * Notes a file that is to be fetched, and has its workflow started; gives that message's id. Call it within a transaction.
 * Throws as `beginUpload` does.
 */
export async function beginImport(
  em: EntityManager,
  input: Beginning & { url: string; name: string | null; class: AssetClass },
): Promise<{ upload: Upload; outboxId: string }> {
  const { url, name, now } = input;
  const upload = await insertUpload(em, {
    ...input,
    row: {
      status: "fetching",
      bytes: 0,
      name,
      class: input.class,
      sourceUrl: url,
      receivedAt: now,
      expiresAt: new Date(now.getTime() + retention.uploadRecordsMs),
    },
  });
  return { upload, outboxId: await startTaking(em, upload) };
}

async function insertUpload(
  em: EntityManager,
  input: Beginning & {
    row: Pick<Upload, "bytes" | "expiresAt" | "name"> & Partial<Upload>;
  },
): Promise<Upload> {
  const { workspaceId, createdBy, address, quotaBytes, now, row } = input;
  await requireRoom(em, { workspaceId, bytes: Math.max(1, row.bytes), quotaBytes });
  const open = await em.count(Upload, { status: { $in: ["receiving", "fetching", "checking"] } });
  if (open >= mostOpen) {
    throw new Problem({
      status: 409,
      code: "too_many_uploads",
      detail: `${open} uploads are open in this workspace. Finish some, or remove them with DELETE.`,
    });
  }
  const id = newId();
  await insertRow(em, Upload, {
    id,
    workspaceId,
    createdAt: now,
    createdBy,
    address: address.slice(0, 64),
    ...row,
  });
  return em.findOneOrFail(Upload, { id });
}

/**
 * Hands a file whose last byte is there over to be checked. Does nothing where that was done: a client that lost the last
 * answer asks again.
 */
export async function finishUpload(context: ApiContext, upload: Upload): Promise<void> {
  const { workspaceId, id } = upload;
  await context.storage.incoming.settle(uploadKey(upload));
  const outboxId = await inWorkspace(context.orm, workspaceId).transactional(async (em) => {
    const row = await em.findOne(Upload, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (row?.status !== "receiving") return undefined;
    row.status = uploadMachine.step(row.status, "checking");
    row.receivedAt = context.now();
    row.expiresAt = new Date(context.now().getTime() + retention.uploadRecordsMs);
    await em.flush();
    await recordEvent(em, {
      workspaceId,
      type: "upload.checking",
      subjectKind: "upload",
      subjectId: id,
    });
    return startTaking(em, row);
  });
  if (outboxId !== undefined) await tellEngine(context, [outboxId]);
}

function startTaking(em: EntityManager, { workspaceId, id }: Upload): Promise<string> {
  return enqueue(em, {
    workspaceId,
    action: "start",
    workflowType: "takeUpload",
    workflowId: `upload/${id}`,
    input: { workspaceId, uploadId: id },
  });
}

/**
 * Removes an upload that is not finished, with its bytes, or the record of one that is. Throws Problem 404, and 409
 * `illegal_transition` while it is being checked.
 */
export async function removeUpload(
  context: ApiContext,
  input: { workspaceId: string; id: string },
): Promise<void> {
  await inWorkspace(context.orm, input.workspaceId).transactional(async (em) => {
    const row = found(
      await em.findOne(Upload, { id: input.id }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
      "upload",
    );
    if (row.status === "checking" || row.status === "fetching") {
      throw new Problem({
        status: 409,
        code: "illegal_transition",
        detail:
          "The file is being fetched or checked. Wait for what comes of it; an asset can be deleted.",
      });
    }
    await em.nativeDelete(Upload, { id: row.id });
  });
  await context.storage.incoming.remove(uploadKey(input));
}

/** An upload as the API shows it. */
export async function viewUpload(
  context: ApiContext,
  row: Upload,
): Promise<z.infer<typeof UploadView>> {
  const { id, status, bytes, name, assetId, problem } = row;
  return {
    id,
    status,
    bytes,
    received: status === "receiving" ? await receivedOf(context, row) : bytes,
    name: name ?? null,
    assetId: assetId ?? null,
    problem: problem ?? null,
    expiresAt: iso(row.expiresAt),
    createdAt: iso(row.createdAt),
  };
}

async function receivedOf(context: ApiContext, row: Upload): Promise<number> {
  try {
    return (await context.storage.incoming.pieces.getUpload(uploadKey(row))).offset;
  } catch (error) {
    // Its process died before the first byte, or the upload is being removed.
    if (typeof error === "object" && error !== null && "status_code" in error) return 0;
    throw error;
  }
}
