import { expect, it } from "vitest";
import { priceOfOutput, type PriceUnit } from "./generation-price.ts";

const price = (
  per: PriceUnit,
  more: Partial<Parameters<typeof priceOfOutput>[0]> & { seconds?: number } = {},
) =>
  priceOfOutput({
    price: { credits: 3, per },
    prompt: "",
    settings: { seconds: more.seconds },
    usualSeconds: undefined,
    sourceSeconds: 0,
    ...more,
  });

it("is the same for each output where that is what is paid", () => {
  expect(price("output", { seconds: 60 })).toBe(3);
});

it("grows with each begun second: of what is asked for, else of what the model makes, else of the source", () => {
  expect(price("second", { seconds: 8, sourceSeconds: 20, usualSeconds: 4 })).toBe(24);
  expect(price("second", { sourceSeconds: 20.1, usualSeconds: 4 })).toBe(12);
  expect(price("second", { sourceSeconds: 20.1 })).toBe(63);
  expect(price("second")).toBe(3);
});

it("grows with each begun minute of what is listened to", () => {
  expect(price("minute")).toBe(3);
  expect(price("minute", { sourceSeconds: 60 })).toBe(3);
  expect(price("minute", { sourceSeconds: 60.1 })).toBe(6);
  expect(price("minute", { sourceSeconds: 3600 })).toBe(180);
});

it("grows with each begun thousand of characters", () => {
  expect(price("1000_characters")).toBe(3);
  expect(price("1000_characters", { prompt: "x".repeat(1000) })).toBe(3);
  expect(price("1000_characters", { prompt: "x".repeat(1001) })).toBe(6);
});
