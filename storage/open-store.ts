import type { BlobStore } from "./contract.ts";
import { createFileStore } from "./files.ts";
import type { S3Settings } from "./s3-settings.ts";

/** Where files are kept: the word, and what that place needs. */
export type StorageSettings = { kind: "files"; dir: string } | { kind: "s3"; s3: S3Settings };

/**
 * Opens the store that the settings name, and removes what processes left in it that died. Throws with the setting at
 * fault where it can't be used.
 */
export async function openStore(settings: StorageSettings): Promise<BlobStore> {
  if (settings.kind === "files") return createFileStore({ dir: settings.dir });
  // Half a second of loading that a folder does without.
  const { checkBucket, createS3Store, removeAbandonedParts } = await import("./s3.ts");
  await checkBucket(settings.s3);
  await removeAbandonedParts(settings.s3, new Date());
  return createS3Store(settings.s3);
}
