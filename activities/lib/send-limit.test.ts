import { expect, test } from "vitest";
import { createSendLimit } from "./send-limit.ts";

const a = { workspaceId: "A", endpointId: "a" };
const b = { workspaceId: "B", endpointId: "b" };

test("lets so many in, and so many to one endpoint", () => {
  const limit = createSendLimit({ total: 3, perWorkspace: 3, perEndpoint: 2 });
  const leave = limit.enter(a);
  expect(limit.enter(a)).toBeDefined();
  expect(limit.enter(a)).toBeUndefined();
  expect(limit.enter(b)).toBeDefined();
  expect(limit.enter({ workspaceId: "C", endpointId: "c" })).toBeUndefined();
  leave?.();
  // A place is given back once, however often that is said.
  leave?.();
  expect(limit.enter({ workspaceId: "C", endpointId: "c" })).toBeDefined();
  expect(limit.enter(b)).toBeUndefined();
});

test("leaves places to other workspaces, however many endpoints one has", () => {
  const limit = createSendLimit({ total: 4, perWorkspace: 2, perEndpoint: 2 });
  const leave = limit.enter(a);
  expect(limit.enter({ ...a, endpointId: "a2" })).toBeDefined();
  expect(limit.enter({ ...a, endpointId: "a3" })).toBeUndefined();
  expect(limit.enter(b)).toBeDefined();
  leave?.();
  expect(limit.enter({ ...a, endpointId: "a3" })).toBeDefined();
  expect(limit.enter(a)).toBeUndefined();
});
