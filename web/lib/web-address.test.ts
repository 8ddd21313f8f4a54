import { expect, it } from "vitest";
import { webAddress } from "./web-address.ts";

it.each([
  ["https://example.org/p/1", true],
  ["http://127.0.0.1:8080/", true],
  ["javascript:alert(1)", false],
  [" \tjava\nscript:alert(1)", false],
  ["data:text/html,x", false],
  ["ftp://example.org/", false],
  ["nonsense", false],
  [{ href: "https://example.org" }, false],
  [null, false],
])("takes %j for an address of the web: %s", (address, taken) => {
  expect(webAddress(address)).toBe(taken ? address : undefined);
});
