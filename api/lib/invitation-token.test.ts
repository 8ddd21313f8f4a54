import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { newInvitationToken, readInvitationToken } from "./invitation-token.ts";

test("a token leads back to its workspace and its hash", () => {
  const workspaceId = randomUUID();
  const { token, tokenHash } = newInvitationToken(workspaceId);
  expect(token).toMatch(/^[\w-]{64}$/);
  expect(readInvitationToken(token)).toEqual({ workspaceId, tokenHash });
  expect(newInvitationToken(workspaceId).token).not.toBe(token);
});

test.each(["", "x", "a".repeat(63), "a".repeat(65), `${"a".repeat(63)}=`, `${"a".repeat(63)}!`])(
  "%j is none",
  (token) => {
    expect(readInvitationToken(token)).toBeUndefined();
  },
);
