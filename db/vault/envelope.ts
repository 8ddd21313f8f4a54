/** Where a sealed value belongs. A ciphertext that is moved anywhere else does not open. */
export interface SealContext {
  workspaceId: string;
  connectionId: string;
  /** Which secret of the row this is. */
  field: string;
  /** The row's `secretsVersion` at the time of sealing. */
  version: number;
}

/** The additional data of the encryption. */
export function additionalData({ workspaceId, connectionId, field, version }: SealContext): Buffer {
  return Buffer.from(
    ["drumbeat/secret", workspaceId, connectionId, field, String(version)].join("|"),
  );
}

/** The additional data of the wrapped data key. */
export function wrapContext({ workspaceId, connectionId }: SealContext): string {
  return ["drumbeat/data-key", workspaceId, connectionId].join("|");
}
