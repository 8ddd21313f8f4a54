import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { retentionRules } from "./retention.ts";

const hour = 60 * 60 * 1000;

function wordsFor(ms: number | null): string {
  if (ms === null) return "ever";
  return ms % (24 * hour) === 0 && ms > 48 * hour ? `${ms / 24 / hour} days` : `${ms / hour} hours`;
}

it("docs/retention.md has these rules, in this order, and no others", () => {
  const page = readFileSync(new URL("../docs/retention.md", import.meta.url), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  expect(rows).toEqual(
    retentionRules.map(
      ({ rule, what, ms, from }) => `| \`${rule}\` | ${what} | ${wordsFor(ms)} | ${from} |`,
    ),
  );
});

it("no rule is there twice", () => {
  expect(new Set(retentionRules.map(({ rule }) => rule)).size).toBe(retentionRules.length);
});
