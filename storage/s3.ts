import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { checkBlobKey, checkBlobPrefix, checkBlobRange } from "./blob-key.ts";
import { BlobNotFound } from "./contract.ts";
import type { BlobStore } from "./contract.ts";
import { createIncomingObjects } from "./incoming-objects.ts";
import { s3ClientConfig, type S3Settings } from "./s3-settings.ts";

/** A file that is larger goes up in parts of this size. Four of them are in memory at once. */
const PART_BYTES = 8 * 1024 * 1024;

/** Parts that nobody put together by then never will be. Unfinished uploads of clients expire earlier. */
const ABANDONED_MS = 48 * 60 * 60 * 1000;

/**
 * A BlobStore in a bucket of S3 or of a server that speaks it: the blob's key is the object's. A blob is one object, put
 * at once or put together of its parts in the end: a crash leaves the old blob or the new one, never a half. Several
 * processes may share the bucket.
 *
 * Errors are those of the SDK, and of the network, unless the contract says otherwise.
 */
export function createS3Store(settings: S3Settings): BlobStore {
  const client = new S3Client(s3ClientConfig(settings));
  const at = (key: string) => {
    checkBlobKey(key);
    return { Bucket: settings.bucket, Key: key };
  };

  async function size(key: string): Promise<number | undefined> {
    try {
      return (await client.send(new HeadObjectCommand(at(key)))).ContentLength ?? 0;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** The object's bytes, or those of the range as far as there are any. Throws BlobNotFound. */
  async function get(key: string, input: { range?: string; signal?: AbortSignal } = {}) {
    const { range, signal } = input;
    try {
      const answer = await client.send(
        new GetObjectCommand({ ...at(key), ...(range && { Range: range }) }),
        { ...(signal && { abortSignal: signal }) },
      );
      if (!(answer.Body instanceof Readable)) throw new Error("the object came without a body");
      return { body: answer.Body, bytes: answer.ContentLength, whole: sizeIn(answer.ContentRange) };
    } catch (error) {
      if (isMissing(error)) throw new BlobNotFound(key);
      throw error;
    }
  }

  async function toFile(input: {
    key: string;
    filePath: string;
    signal?: AbortSignal;
  }): Promise<void> {
    const { key, filePath, signal } = input;
    checkBlobKey(key);
    signal?.throwIfAborted();
    const { body } = await get(key, { ...(signal && { signal }) });
    try {
      await pipeline(body, createWriteStream(filePath, { mode: 0o600 }), {
        ...(signal && { signal }),
      });
    } catch (error) {
      await rm(filePath, { force: true });
      throw error;
    }
  }

  return {
    incoming: createIncomingObjects({ settings, client, toFile }),

    async putFile({ key, filePath, contentType, signal }) {
      const target = at(key);
      signal?.throwIfAborted();
      // Aborting ends the reading, which ends the upload and takes its parts back: once this returns nothing is on its
      // way any more that could still appear.
      const body = createReadStream(filePath, {
        highWaterMark: 1024 * 1024,
        ...(signal && { signal }),
      });
      await new Upload({
        client,
        params: { ...target, Body: body, ContentType: contentType },
        partSize: PART_BYTES,
        queueSize: 4,
        leavePartsOnError: false,
      }).done();
    },

    async put({ key, data, contentType }) {
      await client.send(new PutObjectCommand({ ...at(key), Body: data, ContentType: contentType }));
    },

    async open(key, range) {
      if (!range) return Readable.toWeb((await get(key)).body);
      // What is no range of anything is refused before it is asked for.
      checkBlobRange(range, Number.MAX_SAFE_INTEGER);
      const { start, length } = range;
      if (length === 0) {
        const bytes = await size(key);
        if (bytes === undefined) throw new BlobNotFound(key);
        checkBlobRange(range, bytes);
        return Readable.toWeb(Readable.from([]));
      }
      const found = await get(key, { range: `bytes=${start}-${start + length - 1}` }).catch(
        (error: unknown) => {
          // 416: it starts behind the end.
          if (isStatus(error, 416)) checkBlobRange(range, start);
          throw error;
        },
      );
      try {
        if (found.whole === undefined)
          throw new Error(`the object store answered a range of ${key} with something else`);
        checkBlobRange(range, found.whole);
      } catch (error) {
        found.body.destroy();
        throw error;
      }
      return Readable.toWeb(found.body);
    },

    toFile,

    size,

    async delete(key) {
      try {
        await client.send(new DeleteObjectCommand(at(key)));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },

    async *list(prefix, after) {
      checkBlobPrefix(prefix);
      let next: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: settings.bucket,
            Prefix: prefix,
            ...(after && { StartAfter: after }),
            ...(next && { ContinuationToken: next }),
          }),
        );
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
        next = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (next !== undefined);
    },
  };
}

/** Throws an error that says which setting is wrong where the bucket can't be used. */
export async function checkBucket(settings: S3Settings): Promise<void> {
  const client = new S3Client(s3ClientConfig(settings));
  try {
    await client.send(new HeadBucketCommand({ Bucket: settings.bucket }));
  } catch (error) {
    const where = settings.endpoint ?? `S3 in ${settings.region}`;
    throw new Error(`the bucket ${settings.bucket} of ${where} can't be used: ${reason(error)}`, {
      cause: error,
    });
  } finally {
    client.destroy();
  }
}

/** Takes back the parts that processes left which died in the middle of a file. */
export async function removeAbandonedParts(settings: S3Settings, now: Date): Promise<void> {
  const client = new S3Client(s3ClientConfig(settings));
  const Bucket = settings.bucket;
  try {
    let marker: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
    while (marker) {
      const page: Awaited<ReturnType<typeof listParts>> = await listParts(client, {
        Bucket,
        ...marker,
      });
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        if (!Initiated || now.getTime() - Initiated.getTime() < ABANDONED_MS) continue;
        await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      }
      marker =
        page.IsTruncated && page.NextKeyMarker !== undefined
          ? {
              KeyMarker: page.NextKeyMarker,
              ...(page.NextUploadIdMarker && { UploadIdMarker: page.NextUploadIdMarker }),
            }
          : undefined;
    }
  } finally {
    client.destroy();
  }
}

function listParts(
  client: S3Client,
  input: { Bucket: string; KeyMarker?: string; UploadIdMarker?: string },
) {
  return client.send(new ListMultipartUploadsCommand(input));
}

/** The size of the whole object: `bytes 0-4/10`. */
function sizeIn(contentRange: string | undefined): number | undefined {
  const size = /^bytes \d+-\d+\/(\d+)$/.exec(contentRange ?? "")?.[1];
  return size === undefined ? undefined : Number(size);
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === status;
}

/** A missing bucket answers 404 as well, and is no missing object. */
function isMissing(error: unknown): boolean {
  return isStatus(error, 404) && (error as S3ServiceException).name !== "NoSuchBucket";
}

function reason(error: unknown): string {
  if (isStatus(error, 404)) return "there is no such bucket (STORAGE_S3_BUCKET)";
  if (isStatus(error, 403))
    return "its keys are refused (STORAGE_S3_ACCESS_KEY_ID, STORAGE_S3_SECRET_ACCESS_KEY)";
  if (isStatus(error, 301) || isStatus(error, 400))
    return "it is in another region (STORAGE_S3_REGION), or wants another style of addresses (STORAGE_S3_PATH_STYLE)";
  return `${error instanceof Error ? error.message : String(error)} (STORAGE_S3_ENDPOINT)`;
}
