import { expect, it } from "vitest";
import { firstWords } from "./first-words.ts";

it("calls a post by its title, or by how it begins", () => {
  expect(firstWords({ title: "Tasting", text: "Come" })).toBe("Tasting");
  expect(firstWords({ text: "\nCome on Friday.\nBring friends." })).toBe("Come on Friday.");
  expect(firstWords({ text: "x".repeat(90) })).toBe(`${"x".repeat(80)}…`);
  expect(firstWords({ text: "" })).toBe("");
});
