import { expect, it } from "vitest";
import { checkInputBytes } from "./check-input-bytes.ts";

const megabyte = 1024 * 1024;
const of = (...sizes: number[]) => sizes.map((bytes) => ({ bytes }));

it("takes as much as is sent to a model in all", () => {
  expect(checkInputBytes([])).toEqual([]);
  expect(checkInputBytes(of(100 * megabyte, 100 * megabyte))).toEqual([]);
});

it("refuses more, with the sum", () => {
  expect(checkInputBytes(of(100 * megabyte, 150.3 * megabyte))).toEqual([
    {
      pointer: "/inputs",
      detail:
        "The inputs have 250.3 MB in all; at most 200 MB are sent to a model. Give fewer or smaller ones.",
    },
  ]);
  expect(checkInputBytes(of(200 * megabyte, 1))[0]?.detail).toContain("have 200.1 MB");
});
