import { expect, it } from "vitest";
import type { Need } from "#web/lib/api/types.ts";
import { actionsOn, needsThem } from "./acting-on.ts";

const need = (...actions: Need["actions"]) => ({ actions }) as Partial<Need> as Need;

it("offers what one may do, and calls nobody who can only look", () => {
  const overdue = need("look", "cancel");
  expect(actionsOn(overdue, ["posts:read"])).toEqual(["look"]);
  expect(needsThem(overdue, ["posts:read"])).toBe(false);
  expect(actionsOn(overdue, ["posts:read", "posts:write"])).toEqual(["look", "cancel"]);
  expect(needsThem(overdue, ["posts:write"])).toBe(true);
});

it("leaves decisions on deliveries to who may publish, and approvals to who may approve", () => {
  expect(needsThem(need("resolve"), ["posts:approve", "posts:write"])).toBe(false);
  expect(needsThem(need("resolve"), ["posts:publish"])).toBe(true);
  expect(needsThem(need("approve", "reject"), ["posts:approve"])).toBe(true);
  expect(needsThem(need("reconnect"), ["posts:publish"])).toBe(false);
});
