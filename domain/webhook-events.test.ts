import { expect, test } from "vitest";
import {
  kindsOfPattern,
  webhookEventPattern,
  webhookKinds,
  webhookPatternsOf,
} from "./webhook-events.ts";

test.each(["*", "post.*", "post.published", "connection.needs_reauthorization"])(
  "%s may be asked for",
  (pattern) => expect(pattern).toMatch(webhookEventPattern),
);

test.each(["", "post", "post.", "*.published", "post.*x", "a\npost.*"])("%j may not", (pattern) =>
  expect(pattern).not.toMatch(webhookEventPattern),
);

test("an event is wanted by all, by its kind and by its type", () => {
  expect(webhookPatternsOf("post.published")).toEqual(["*", "post.*", "post.published"]);
});

test.each(["step.running", "generation.progress", "nothing"])("nobody is told of %s", (type) => {
  expect(webhookPatternsOf(type)).toEqual([]);
});

test("a pattern tells of its kinds", () => {
  expect(kindsOfPattern("*")).toEqual(webhookKinds);
  expect(kindsOfPattern("run.*")).toEqual(["run"]);
  expect(kindsOfPattern("run.failed")).toEqual(["run"]);
  for (const pattern of ["posts.published", "step.running"])
    expect(kindsOfPattern(pattern)).toEqual([]);
});
