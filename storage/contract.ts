import type { IncomingFiles } from "./incoming.ts";

/** Where media bytes live: a folder, or S3. Keys are opaque, made by us, `/`-separated, `[a-z0-9/._-]` only. */
export interface BlobStore {
  /** Files that clients send piece by piece. */
  readonly incoming: IncomingFiles;
  /**
   * Stores a finished local file under `key`: afterwards the key holds all of it or, after a crash, nothing.
   * Overwrites. The source file stays.
   */
  putFile(input: {
    key: string;
    filePath: string;
    contentType: string;
    signal?: AbortSignal;
  }): Promise<void>;
  /** Stores bytes under `key`, all or nothing. */
  put(input: { key: string; data: Uint8Array; contentType: string }): Promise<void>;
  /** Opens the blob, or `length` bytes of it from `start`. Throws BlobNotFound. */
  open(key: string, range?: { start: number; length: number }): Promise<ReadableStream<Uint8Array>>;
  /** Copies the blob to a local file. Throws BlobNotFound. */
  toFile(input: { key: string; filePath: string; signal?: AbortSignal }): Promise<void>;
  /** Bytes, or undefined when there is no such blob. */
  size(key: string): Promise<number | undefined>;
  /** Removes the blob; removing what is not there is success. */
  delete(key: string): Promise<void>;
  /** Keys that start with `prefix`, in order; only those behind `after`, which need not be there any more. */
  list(prefix: string, after?: string): AsyncIterable<string>;
}

export class BlobNotFound extends Error {
  override name = "BlobNotFound";
  constructor(key: string) {
    super(`no blob ${key}`);
  }
}
