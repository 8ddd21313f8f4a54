import { DeleteObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { S3Store, type Options as S3StoreOptions } from "@tus/s3-store";
import { ERRORS } from "@tus/server";
import type { Readable } from "node:stream";
import { checkBlobKey } from "./blob-key.ts";
import type { BlobStore } from "./contract.ts";
import { tusExtensions, type IncomingFiles } from "./incoming.ts";
import { s3ClientConfig, type S3Settings } from "./s3-settings.ts";

/** Pieces are sent on in parts of this size; what is cut off goes back to the end of the last one. */
const PART_BYTES = 8 * 1024 * 1024;

/** Incoming files in a bucket: each is an upload in parts, with its facts in an object beside it, and then an object. */
export function createIncomingObjects(options: {
  settings: S3Settings;
  client: S3Client;
  toFile: BlobStore["toFile"];
}): IncomingFiles {
  const { settings, client, toFile } = options;
  const pieces = new PieceObjects({
    partSize: PART_BYTES,
    useTags: false,
    s3ClientConfig: { ...s3ClientConfig(settings), bucket: settings.bucket },
  });
  return {
    pieces,
    settle: async () => undefined,
    toFile,
    async remove(key) {
      checkBlobKey(key);
      try {
        await pieces.remove(key);
      } catch (error) {
        // Whole already, or never begun.
        if (!isNotFound(error)) throw error;
      }
      for (const Key of [key, `${key}.part`, `${key}.info`])
        await client.send(new DeleteObjectCommand({ Bucket: settings.bucket, Key }));
    },
  };
}

/**
 * As it comes, but for the order: parts of one upload are sent one after the other. The original sends many at once, and
 * counts those beyond a gap as well: a process that dies then leaves an upload that goes on at the wrong byte.
 */
class PieceObjects extends S3Store {
  override extensions = tusExtensions;
  readonly #options: S3StoreOptions;

  constructor(options: S3StoreOptions) {
    // It counts for all uploads of a store: each piece that comes in has a store of its own.
    super({ ...options, maxConcurrentPartUploads: 1 });
    this.#options = options;
  }

  override async write(...piece: Parameters<S3Store["write"]>): Promise<number> {
    const own = new PieceObjects({ ...this.#options, cache: this.cache });
    try {
      return await own.#writeInOrder(...piece);
    } finally {
      own.client.destroy();
    }
  }

  async #writeInOrder(...piece: Parameters<S3Store["write"]>): Promise<number> {
    const [, id, offset] = piece;
    // A part that a dead process had under way may have come in since the offset was looked at.
    if ((await this.getUpload(id)).offset !== offset) throw ERRORS.INVALID_OFFSET;
    return super.write(...piece);
  }

  /**
   * In memory, so that the SDK signs the bytes along with the request. A stream is not signed, and a server that trusts
   * the stated length keeps what a process that died had sent of it as the whole part.
   */
  protected override async uploadPart(...part: Parameters<S3Store["uploadPart"]>): Promise<string> {
    const [metadata, bytes, number] = part;
    return super.uploadPart(metadata, await inMemory(bytes), number);
  }

  protected override async uploadIncompletePart(
    id: string,
    bytes: Parameters<S3Store["uploadIncompletePart"]>[1],
  ): Promise<string> {
    const { ETag } = await this.client.putObject({
      Bucket: this.bucket,
      Key: this.partKey(id, true),
      Body: await inMemory(bytes),
    });
    return ETag ?? "";
  }

  /** Nothing is put together that is not as long as it was said to be: parts that came in late, out of order, show by that. */
  protected override async finishMultipartUpload(
    ...whole: Parameters<S3Store["finishMultipartUpload"]>
  ): Promise<string | undefined> {
    const [{ file }, parts] = whole;
    const bytes = parts.reduce((sum, { Size }) => sum + (Size ?? 0), 0);
    if (bytes !== file.size) throw ERRORS.INVALID_OFFSET;
    return super.finishMultipartUpload(...whole);
  }
}

async function inMemory(bytes: Readable | Buffer): Promise<Buffer> {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.concat(await bytes.toArray());
}

/** The tus packages throw plain objects with the status to answer. */
function isNotFound(error: unknown): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "status_code" in error &&
    error.status_code === 404
  );
}
