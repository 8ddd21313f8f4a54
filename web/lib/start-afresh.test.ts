import { expect, it } from "vitest";
import { ownAddress } from "./start-afresh.ts";

const origin = "https://drum.example";

it.each([
  ["/", "https://drum.example/"],
  ["/runs?status=failed#x", "https://drum.example/runs?status=failed#x"],
  ["//elsewhere.example", "https://drum.example/"],
  ["/\\elsewhere.example", "https://drum.example/"],
  ["/\t/elsewhere.example", "https://drum.example/"],
  ["javascript:alert(1)", "https://drum.example/"],
  ["https://", "https://drum.example/"],
])("leads from %j to %s", (path, address) => {
  expect(ownAddress(path, origin)).toBe(address);
});
