import { describe, expect, it } from "vitest";
import { metricsAt } from "./metrics-at.ts";

const acceptedAt = new Date("2026-03-01T10:00:00Z");
const after = (seconds: number): Date => new Date(acceptedAt.getTime() + seconds * 1_000);

describe("metricsAt", () => {
  it("starts at nothing, and has something to show within a minute", () => {
    expect(metricsAt({ id: "post_1", acceptedAt }, acceptedAt)).toEqual({
      views: 0,
      likes: 0,
      comments: 0,
    });
    expect(metricsAt({ id: "post_1", acceptedAt }, after(60)).views).toBeGreaterThan(0);
  });

  it("only ever grows, and is the same for the same post and time", () => {
    for (const id of ["post_1", "post_2", "post_3"]) {
      const counts = [1, 60, 3_600, 86_400, 28 * 86_400].map((age) =>
        metricsAt({ id, acceptedAt }, after(age)),
      );
      for (const name of ["views", "likes", "comments"] as const) {
        const values = counts.map((count) => count[name]);
        expect(values).toEqual(values.toSorted((a, b) => a - b));
      }
      expect(metricsAt({ id, acceptedAt }, after(3_600))).toEqual(counts[2]);
      expect(counts.at(-1)?.likes).toBeGreaterThan(0);
    }
  });

  it("never counts below zero when clocks disagree", () => {
    expect(metricsAt({ id: "post_1", acceptedAt }, after(-60)).views).toBe(0);
  });
});
