import { expect, test } from "vitest";
import { modelsSeen } from "./models-seen.ts";

const key = "sk-test-4711";

test("shows what is a model's name, each once", () => {
  const listed = ["gpt-5.4", "fal-ai/veo3.1/fast", "models/veo@1", "ft:gpt:org::a", "gpt-5.4"];
  expect(modelsSeen(listed, key)).toEqual(listed.slice(0, 4));
});

test("shows no key, no sentence and nothing that a database would not take", () => {
  const listed = [
    key,
    `ft:${key}:x`,
    "a name with spaces",
    "<b>",
    "nul\u0000",
    "",
    "n".repeat(201),
  ];
  expect(modelsSeen(listed, key)).toEqual([]);
});

test("shows so many and no more", () => {
  const listed = Array.from({ length: 2_000 }, (_, index) => `model-${index}`);
  expect(modelsSeen(listed, undefined)).toEqual(listed.slice(0, 500));
});
