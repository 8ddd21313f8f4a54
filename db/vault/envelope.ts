/** Where a sealed value belongs. A ciphertext that is moved anywhere else does not open. */
export interface SealContext {
  workspaceId: string;
  /** The row that has it: a connection, a webhook endpoint. */
  ownerId: string;
  /** Which secret of the row this is. */
  field: string;
  /** The row's `secretsVersion` at the time of sealing. */
  version: number;
}

/** The additional data of the encryption. */
export function additionalData({ workspaceId, ownerId, field, version }: SealContext): Buffer {
  return Buffer.from(["drumbeat/secret", workspaceId, ownerId, field, String(version)].join("|"));
}

/** The additional data of the wrapped data key. */
export function wrapContext({ workspaceId, ownerId }: SealContext): string {
  return ["drumbeat/data-key", workspaceId, ownerId].join("|");
}
