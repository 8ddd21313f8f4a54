import { expect, test, vi } from "vitest";
import { Problem } from "#domain/errors.ts";
import type { Principal } from "../plugins/principal.ts";
import { guardAccess } from "./guard-access.ts";

const principal: Principal = {
  kind: "key",
  keyId: "abc",
  userId: "u1",
  workspaceId: "w1",
  scopes: ["posts:read", "agents:read"],
  actor: "key:abc",
  expiresAt: null,
};
const gone = new Problem({ status: 401, code: "key_revoked", detail: "revoked" });

function guard(find: () => Promise<Principal>, who: Principal = principal) {
  const end = vi.fn();
  const onError = vi.fn();
  const now = () => new Date();
  return {
    end,
    onError,
    guard: guardAccess({ principal: who, find, end, now, onError, againMs: 1 }),
  };
}

test("looks again on a word about this key or its person, and on no other", async () => {
  const find = vi.fn(async () => principal);
  const watched = guard(find);
  for (const subject of ["key:other", "user:u2", "session:abc"]) watched.guard.onAccess(subject);
  expect(find).not.toHaveBeenCalled();
  for (const subject of ["key:abc", "user:u1"]) {
    watched.guard.onAccess(subject);
    await watched.guard.settled();
  }
  expect(find).toHaveBeenCalledTimes(2);
  expect(watched.end).not.toHaveBeenCalled();
});

test.each([
  ["revoked", () => Promise.reject(gone), "access_ended"],
  ["with fewer scopes", async () => ({ ...principal, scopes: [] }), "access_changed"],
  ["of another workspace", async () => ({ ...principal, workspaceId: "w2" }), "access_changed"],
])("ends a stream whose principal is %s", async (_what, find, reason) => {
  const watched = guard(find);
  watched.guard.check();
  await watched.guard.settled();
  watched.guard.check();
  await watched.guard.settled();
  expect(watched.end.mock.calls).toEqual([[reason]]);
});

test("the order of scopes is no change", async () => {
  const watched = guard(async () => ({ ...principal, scopes: ["agents:read", "posts:read"] }));
  watched.guard.check();
  await watched.guard.settled();
  expect(watched.end).not.toHaveBeenCalled();
});

test("a word that comes while it looks makes it look once more", async () => {
  const answers = [Promise.withResolvers<Principal>(), Promise.withResolvers<Principal>()];
  let asked = 0;
  const watched = guard(() => answers[asked++]?.promise ?? Promise.reject(gone));
  watched.guard.check();
  watched.guard.check();
  watched.guard.check();
  answers[0]?.resolve(principal);
  answers[1]?.reject(gone);
  await watched.guard.settled();
  expect(asked).toBe(2);
  expect(watched.end.mock.calls).toEqual([["access_ended"]]);
});

test("holds everything back while nothing can be read, and looks until it can", async () => {
  let up = false;
  const watched = guard(async () => {
    if (!up) throw new Error("connection refused");
    return principal;
  });
  watched.guard.check();
  const settled = vi.fn();
  void watched.guard.settled().then(settled);
  await vi.waitFor(() => expect(watched.onError.mock.calls.length).toBeGreaterThan(2));
  expect(settled).not.toHaveBeenCalled();
  up = true;
  await vi.waitFor(() => expect(settled).toHaveBeenCalled());
  expect(watched.end).not.toHaveBeenCalled();
});
