import { expect, it } from "vitest";
import { cut } from "./cut.ts";

it("leaves no half of a character and no NUL", () => {
  expect(cut("ab😀", 3)).toBe("ab\ufffd");
  expect(cut("\ud83dab\0c", 10)).toBe("\ufffdabc");
});
