import { expect, it } from "vitest";
import { createFetchTime } from "./fetch-time.ts";

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

it("goes on from what the last heartbeat told, and counts what is spent alone", async () => {
  const first = createFetchTime({ told: undefined, limitMs: 1_000 });
  await pause();
  expect(first.leftMs()).toBe(1_000);
  await first.spend(async () => {
    await pause();
    // As a heartbeat tells it of a try that is under way, and may die.
    expect(first.details().fetchingMs).toBeGreaterThan(10);
  });
  const { fetchingMs } = first.details();
  await pause();
  expect(first.details()).toEqual({ fetchingMs });
  const second = createFetchTime({ told: first.details(), limitMs: 1_000 });
  expect(second.leftMs()).toBe(1_000 - fetchingMs);
});

it("counts what failed, and leaves never less than nothing", async () => {
  const time = createFetchTime({ told: { fetchingMs: 2_000 }, limitMs: 2_010 });
  await expect(
    time.spend(() => pause().then(() => Promise.reject(new Error("x")))),
  ).rejects.toThrow("x");
  expect(time.leftMs()).toBe(0);
});

it.each([{ fetchingMs: -1 }, { fetchingMs: "x" }, 7, null])("begins anew after %j", (told) => {
  expect(createFetchTime({ told, limitMs: 5 }).leftMs()).toBe(5);
});
