import { expect, it } from "vitest";
import { atMost } from "./at-most.ts";

const never = new AbortController().signal;

it("runs at most so many at once, in order", async () => {
  const run = atMost(2);
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) =>
    run(never, async () => {
      log.push(`${name} begins`);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      log.push(`${name} ends`);
    });
  const all = ["a", "b", "c", "d"].map(work);
  await Promise.resolve();
  expect(log).toEqual(["a begins", "b begins"]);
  ends.get("b")?.();
  await all[1];
  await Promise.resolve();
  expect(log).toEqual(["a begins", "b begins", "b ends", "c begins"]);
  for (const name of ["a", "c"]) ends.get(name)?.();
  await Promise.all([all[0], all[2]]);
  await Promise.resolve();
  ends.get("d")?.();
  await all[3];
  expect(log.at(-1)).toBe("d ends");
});

it("gives the place on when a work fails", async () => {
  const run = atMost(1);
  await expect(run(never, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await run(never, () => Promise.resolve("next"))).toBe("next");
});

it("lets whoever is aborted leave the line, and nobody else", async () => {
  const run = atMost(1);
  let end = () => {};
  const first = run(never, () => new Promise<void>((resolve) => (end = resolve)));
  const controller = new AbortController();
  let ran = false;
  const second = run(controller.signal, async () => {
    ran = true;
  });
  const third = run(never, () => Promise.resolve("third"));
  controller.abort(new Error("enough"));
  await expect(second).rejects.toThrow("enough");
  end();
  await first;
  expect(await third).toBe("third");
  expect(ran).toBe(false);
});
