import { expect, test } from "vitest";
import { createSendLimit } from "./send-limit.ts";

test("lets so many in, and so many of one owner", () => {
  const limit = createSendLimit({ total: 3, perOwner: 2 });
  const leave = limit.enter("a");
  expect(limit.enter("a")).toBeDefined();
  expect(limit.enter("a")).toBeUndefined();
  expect(limit.enter("b")).toBeDefined();
  expect(limit.enter("c")).toBeUndefined();
  leave?.();
  // A place is given back once, however often that is said.
  leave?.();
  expect(limit.enter("c")).toBeDefined();
  expect(limit.enter("b")).toBeUndefined();
});
