import { describe, expect, test } from "vitest";
import { keyScopes, mayManage, scopesOfKey, scopesOfRole, type Scope } from "./permissions.ts";
import type { MemberRole } from "./states.ts";

const roles: MemberRole[] = ["viewer", "approver", "editor", "admin", "owner"];

describe("members", () => {
  test("who stands higher may all that who stands lower may", () => {
    for (const [index, role] of roles.entries()) {
      const lower = roles[index - 1];
      if (lower)
        expect(scopesOfRole(role)).toEqual(expect.arrayContaining([...scopesOfRole(lower)]));
    }
  });
  test.each<[Scope, MemberRole[]]>([
    ["posts:read", roles],
    ["posts:approve", ["approver", "editor", "admin", "owner"]],
    ["posts:write", ["editor", "admin", "owner"]],
    ["posts:publish", ["editor", "admin", "owner"]],
    ["agents:write", ["editor", "admin", "owner"]],
    ["connections:write", ["editor", "admin", "owner"]],
    ["api-keys:read", ["admin", "owner"]],
    ["api-keys:write", ["admin", "owner"]],
    ["members:read", roles],
    ["members:write", ["admin", "owner"]],
    ["workspace:write", ["admin", "owner"]],
    ["audit:read", ["admin", "owner"]],
    ["webhooks:read", ["admin", "owner"]],
    ["webhooks:write", ["admin", "owner"]],
  ])("%s is for %j", (scope, expected) => {
    expect(roles.filter((role) => scopesOfRole(role).includes(scope))).toEqual(expected);
  });
});

test.each<[MemberRole, MemberRole[]]>([
  ["viewer", []],
  ["approver", []],
  ["editor", []],
  ["admin", ["viewer", "approver", "editor", "admin"]],
  ["owner", roles],
])("a member who is %s gives and takes the roles %j", (by, expected) => {
  expect(roles.filter((of) => mayManage({ by, of }))).toEqual(expected);
});

describe("keys", () => {
  test("may what they were given, and no more", () => {
    expect(scopesOfKey({ scopes: ["posts:read", "assets:write"], creatorRole: "owner" })).toEqual([
      "posts:read",
      "assets:write",
    ]);
    expect(scopesOfKey({ scopes: [], creatorRole: "owner" })).toEqual([]);
  });
  test("approve with posts:publish alone, and can't be given it by its name", () => {
    expect(scopesOfKey({ scopes: ["posts:publish"], creatorRole: "owner" })).toEqual([
      "posts:publish",
      "posts:approve",
    ]);
    expect(scopesOfKey({ scopes: ["posts:approve", "posts:write"], creatorRole: "owner" })).toEqual(
      ["posts:write"],
    );
  });
  test("lose what whoever made them lost", () => {
    expect(scopesOfKey({ scopes: keyScopes, creatorRole: "viewer" })).toEqual(
      scopesOfRole("viewer"),
    );
    expect(scopesOfKey({ scopes: ["posts:publish"], creatorRole: "approver" })).toEqual([]);
    expect(scopesOfKey({ scopes: keyScopes, creatorRole: undefined })).toEqual([]);
  });
  test("words that are no scopes give nothing", () => {
    expect(
      scopesOfKey({ scopes: ["*", "posts:*", "admin", "posts:read "], creatorRole: "owner" }),
    ).toEqual([]);
  });
});
