import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { logTail, readableLine } from "./log-tail.ts";

test("shows the message of a JSON line, with its error's", () => {
  expect(readableLine('{"level":50,"msg":"cannot start","err":{"message":"port taken"}}')).toBe(
    "cannot start: port taken",
  );
  expect(readableLine('{"msg":"port taken","err":{"message":"port taken"}}')).toBe("port taken");
  expect(readableLine('{"cut off')).toBe('{"cut off');
  expect(readableLine("plain")).toBe("plain");
});

test("shows what was written since, and no more lines than asked for", async () => {
  const dir = await mkdtemp(path.join(os.tmpdir(), "log-"));
  const file = path.join(dir, "a.log");
  await writeFile(file, "old\none\n    at f (a.ts:1:1)\ntwo\n\nthree\n");
  expect(await logTail({ file, from: 4 })).toBe("one\ntwo\nthree");
  expect(await logTail({ file, lines: 1 })).toBe("three");
  await rm(dir, { recursive: true });
});
