import { createHash, randomBytes } from "node:crypto";

const idBytes = 16;
const secretBytes = 32;

/**
 * A new token: the workspace's id, so that its row can be looked up within that workspace alone, and 256 bits of
 * randomness. Only the hash is stored.
 */
export function newInvitationToken(workspaceId: string): { token: string; tokenHash: string } {
  const id = Buffer.from(workspaceId.replaceAll("-", ""), "hex");
  const token = Buffer.concat([id, randomBytes(secretBytes)]).toString("base64url");
  return { token, tokenHash: hashOf(token) };
}

/** What a token leads to, or undefined when it has not the form of one. */
export function readInvitationToken(
  token: string,
): { workspaceId: string; tokenHash: string } | undefined {
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length !== idBytes + secretBytes || bytes.toString("base64url") !== token)
    return undefined;
  const id = bytes.toString("hex", 0, idBytes);
  const workspaceId = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { workspaceId, tokenHash: hashOf(token) };
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
