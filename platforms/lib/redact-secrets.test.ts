import { expect, it } from "vitest";
import { redactSecrets } from "./redact-secrets.ts";

it("redactSecrets takes every secret out, everywhere, and keeps the rest short", () => {
  const secrets = { accessToken: "abcdefgh12345678", kind: "long" };
  const text = `token abcdefgh12345678 is too long: abcdefgh12345678! ${"x".repeat(600)}`;
  const redacted = redactSecrets({ text, secrets });
  expect(redacted).toMatch(/^token \[removed\] is too long: \[removed\]! x+…$/);
  expect(redacted.length).toBeLessThan(510);
});
