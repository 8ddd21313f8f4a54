import { writeFileSync } from "node:fs";
import { z } from "zod";
import type { SerializedError } from "vitest";
import type { Reporter, TestModule } from "vitest/node";

/** What the runner reads back. Vitest's own JSON knows neither reasons of skipping nor files that could not be loaded. */
export const Counts = z.object({
  passed: z.number(),
  failed: z.number(),
  skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
});
export type Counts = z.infer<typeof Counts>;

/** Counts tests into the file that DRUMBEAT_TEST_COUNTS names. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env["DRUMBEAT_TEST_COUNTS"];
    if (file) writeFileSync(file, JSON.stringify(countTests(modules, unhandled.length)));
  }
}

/** A file that fails outside of its tests, and an error that no test caught, are failures of their own. */
export function countTests(modules: readonly TestModule[], unhandled: number): Counts {
  const counts: Counts = { passed: 0, failed: unhandled, skipped: [] };
  for (const module of modules) {
    counts.failed += module.errors().length;
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === "passed") counts.passed += 1;
      else if (result.state === "skipped") {
        counts.skipped.push({ name: test.fullName, reason: result.note ?? "no reason given" });
      } else counts.failed += 1;
    }
  }
  return counts;
}
