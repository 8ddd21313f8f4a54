import type { DataStore } from "@tus/server";

/**
 * Files that arrive piece by piece, over several connections, before they are whole. They lie apart from the blobs, in
 * the same place. Keys are as a blob's.
 */
export interface IncomingFiles {
  /** What the tus server writes the pieces to. */
  readonly pieces: DataStore;
  /** Makes what arrived last through a power cut. Called once a file is whole, before anybody is told so. */
  settle(key: string): Promise<void>;
  /** Brings the whole file to a local path that does not exist yet. Throws BlobNotFound. */
  toFile(input: { key: string; filePath: string; signal?: AbortSignal }): Promise<void>;
  /** Removes what arrived, whole or not; removing what is not there is success. */
  remove(key: string): Promise<void>;
}

/** What the tus protocol is served with: sizes are stated at the beginning, pieces are never put together of files. */
export const tusExtensions = ["creation", "creation-with-upload", "termination", "expiration"];

/** Where an upload's pieces lie. */
export function uploadKey(upload: { workspaceId: string; id: string }): string {
  return `${upload.workspaceId}/uploads/${upload.id}`;
}
