import { expect, test } from "vitest";
import { hashPassword, maximumWaiting, verifyPassword } from "./password.ts";

const password = "correct horse battery";

test("tells the right password from others", async () => {
  const stored = await hashPassword(password);
  expect(await verifyPassword(password, stored)).toBe(true);
  expect(await verifyPassword(`${password} `, stored)).toBe(false);
  expect(await verifyPassword(password, undefined)).toBe(false);
});

test("lets so many wait, and tells the others to come back", async () => {
  const atOnce = 2;
  const asked = Array.from({ length: atOnce + maximumWaiting }, () => hashPassword(password));
  for (const one of [hashPassword(password), verifyPassword(password, undefined)])
    await expect(one).rejects.toMatchObject({
      status: 429,
      code: "too_many_tries",
      extra: { retryAfter: 5 },
    });
  const hashes = await Promise.all(asked);
  expect(new Set(hashes).size).toBe(asked.length);
  // The line is empty again.
  expect(await verifyPassword(password, hashes[0])).toBe(true);
});
