import { expect, it } from "vitest";
import { toggleWay } from "./toggle-way.ts";

it("adds a way in its place and takes it away again", () => {
  expect(toggleWay(["chat"], "console")).toEqual(["console", "chat"]);
  expect(toggleWay(["console", "chat"], "console")).toEqual(["chat"]);
  expect(toggleWay([], "email")).toEqual(["email"]);
});
