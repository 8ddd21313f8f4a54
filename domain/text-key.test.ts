import { describe, expect, it } from "vitest";
import { textKey } from "./text-key.ts";

describe("the key of a text", () => {
  it.each([
    "ahoy  from the sea",
    "Ahoy from\nthe sea ",
    "AHOY FROM THE SEA",
    "Ahoy\u00a0from the ｓｅａ",
  ])("is the same where readers see no difference: %j", (text) => {
    expect(textKey(text)).toBe(textKey("Ahoy from the sea"));
  });

  it("is another one for other words, and none for none", () => {
    expect(textKey("Ahoy from the sea!")).not.toBe(textKey("Ahoy from the sea"));
    expect(textKey(" \n")).toBeNull();
  });
});
