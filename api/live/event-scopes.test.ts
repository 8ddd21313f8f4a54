import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { keyScopes, scopesOfRole } from "#domain/permissions.ts";
import { webhookKinds } from "#domain/webhook-events.ts";
import { kindsSeenWith } from "./event-scopes.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** The kinds that the product's own code writes, and how often it does. */
async function kindsWritten(): Promise<{ kinds: Set<string>; calls: number }> {
  const kinds = new Set<string>();
  let calls = 0;
  for await (const name of glob("{activities,api,db}/**/*.ts", { cwd: root })) {
    if (name.endsWith(".test.ts") || name === "db/record-event.ts") continue;
    const text = await readFile(path.join(root, name), "utf8");
    for (const [, call = ""] of text.matchAll(/recordEvent\(([\s\S]*?)\);/g)) {
      calls += 1;
      const type = /type: (.+),/.exec(call)?.[1];
      const found = [...(type ?? "").matchAll(/["`]([a-z_]+)\./g)].map(([, kind]) => kind ?? "");
      if (found.length === 0) throw new Error(`${name}: no kind can be read from ${call}`);
      for (const kind of found) kinds.add(kind);
    }
  }
  return { kinds, calls };
}

test("every kind that is written has a scope, and every scope's kind is written", async () => {
  const { kinds, calls } = await kindsWritten();
  expect(calls).toBeGreaterThan(20);
  expect(kindsSeenWith(keyScopes).sort()).toEqual([...kinds].sort());
});

test("a kind that nobody knows is for nobody", () => {
  const seen = kindsSeenWith(keyScopes);
  for (const kind of ["secret", "constructor", "", "posts"]) expect(seen).not.toContain(kind);
  expect(seen).toContain("post");
  expect(kindsSeenWith([])).toEqual([]);
});

test("a viewer sees what they may read", () => {
  const all = kindsSeenWith(keyScopes);
  expect(kindsSeenWith(scopesOfRole("viewer"))).toEqual(all.filter((kind) => kind !== "webhook"));
  expect(kindsSeenWith(["connections:read"])).toEqual(["connection"]);
});

test("webhooks are told of every kind but the steps of runs", () => {
  const told = kindsSeenWith(keyScopes).filter((kind) => kind !== "step");
  expect([...webhookKinds].sort()).toEqual(told.sort());
});
