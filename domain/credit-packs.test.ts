import { expect, it, test } from "vitest";
import { parseCreditPacks, usualCreditPacks } from "./credit-packs.ts";

it("reads packs", () => {
  expect(parseCreditPacks(" small:1000:900:eur, yen-2:5:300:jpy ")).toEqual([
    { name: "small", credits: 1000, amount: 900, currency: "eur" },
    { name: "yen-2", credits: 5, amount: 300, currency: "jpy" },
  ]);
  expect(parseCreditPacks(usualCreditPacks)).toHaveLength(3);
});

test.each([
  "",
  "small",
  "small:1000:9.00:eur",
  "small:0:900:eur",
  "small:1000:900:EUR",
  "small:1000:900:eur,",
  "a:1:1:eur,a:2:2:eur",
  "a:1e3:1:eur",
])("refuses %j", (text) => {
  expect(parseCreditPacks(text)).toBeUndefined();
});
