import { describe, expect, it } from "vitest";
import { outcomeOf, titleOf } from "./describe-step.ts";

const done = { status: "succeeded" as const, output: null };

describe("a step in words", () => {
  it.each([
    [{ ...done, kind: "gather" as const, name: "gather" }, "Looked at what was posted before"],
    [{ ...done, kind: "tool" as const, name: "check_draft" }, "Checked the draft's length"],
    [{ ...done, kind: "tool" as const, name: "web_search" }, "Used a tool: web_search"],
    [{ ...done, kind: "model" as const, name: "critic" }, "Asked the model: critic"],
    [{ ...done, kind: "publish" as const, name: "publish to Mara" }, "Published to Mara"],
    [
      {
        status: "failed" as const,
        output: null,
        kind: "publish" as const,
        name: "publish to Mara",
      },
      "Publish to Mara",
    ],
    [
      { status: "failed" as const, output: null, kind: "model" as const, name: "planner" },
      "The plan",
    ],
    [
      { status: "running" as const, output: null, kind: "generation" as const, name: "image" },
      "The picture",
    ],
  ])("%o", (step, title) => {
    expect(titleOf(step)).toBe(title);
  });

  it("tells a model's question from its answer", () => {
    const asked = {
      turn: "tool_calls",
      calls: [{ name: "recent_posts" }, { name: "post_metrics" }],
    };
    const answered = { turn: "answer", answer: { idea: "The sea.", angle: "Up close." } };
    const step = { ...done, kind: "model" as const, name: "planner" };
    expect(titleOf({ ...step, output: asked })).toBe("Began to plan the post");
    expect(titleOf({ ...step, output: answered })).toBe("Planned the post");
    expect(outcomeOf({ ...step, output: asked })).toBe(
      "Wanted to read the latest posts and read how posts did first.",
    );
    expect(outcomeOf({ ...step, output: answered })).toBe("The sea. Up close.");
  });

  it("says what a check objected to, and nothing about what it does not know", () => {
    const check = (output: unknown) => outcomeOf({ kind: "check", output });
    expect(check({ problems: [] })).toBe("Nothing to object to.");
    expect(check({ problems: [{ detail: "Too long." }, "No link."] })).toBe("Too long. No link.");
    expect(check(null)).toBeUndefined();
    expect(check(["odd"])).toBeUndefined();
  });
});
