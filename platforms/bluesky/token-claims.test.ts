import { expect, it } from "vitest";
import { tokenClaims } from "./token-claims.ts";

function tokenWith(payload: string): string {
  return `e30.${Buffer.from(payload).toString("base64url")}.sig`;
}

it("tokenClaims reads when it ends, where it belongs and what it may", () => {
  const token = tokenWith(
    '{"scope":"com.atproto.appPass","aud":"did:web:pds.example.com","exp":1772359200,"sub":"did:plc:a"}',
  );
  expect(tokenClaims(token)).toEqual({
    expiresAt: new Date("2026-03-01T10:00:00Z"),
    audience: "did:web:pds.example.com",
    scopes: ["com.atproto.appPass"],
  });
});

it.each(["", "opaque", "a.b.c", tokenWith("[]"), tokenWith("null"), tokenWith('{"exp":"soon"}')])(
  "tokenClaims knows nothing of %o",
  (token) => {
    expect(tokenClaims(token)).toEqual({ scopes: [] });
  },
);
