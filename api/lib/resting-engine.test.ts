import { expect, it } from "vitest";
import type { Engine } from "#db/outbox/engine.ts";
import { createLogger } from "../../logger.ts";
import { createEnginePresence } from "./engine-presence.ts";
import { restingEngine } from "./resting-engine.ts";

const start = Date.parse("2027-01-01T00:00:00Z");

/** An engine that is away, refuses or answers as its test says, on a clock that the test moves. */
function resting() {
  const texts: string[] = [];
  const logger = createLogger({
    name: "test",
    level: "info",
    destination: { write: (text: string) => void texts.push(text) },
  });
  const at = { seconds: 0, state: "away" as "away" | "refusing" | "well", asked: 0 };
  const answer = async (): Promise<void> => {
    at.asked += 1;
    if (at.state !== "well") throw new Error(at.state);
  };
  const engine: Engine = {
    start: answer,
    wake: answer,
    nudge: answer,
    cancel: answer,
    listRunning: async () => new Set(),
    stateOf: async () => "unknown",
    setAgentSchedule: answer,
    isUnavailable: (error) => error instanceof Error && error.message === "away",
    report: () => undefined,
  };
  const presence = createEnginePresence({
    logger,
    now: () => new Date(start + at.seconds * 1000),
  });
  const said = () =>
    texts.map((text) => {
      const { level, msg, seconds } = JSON.parse(text) as Record<string, unknown>;
      return { level, msg, ...(seconds === undefined ? {} : { seconds }) };
    });
  return { at, presence, said, engine: restingEngine(engine, presence) };
}

const failureOf = (work: Promise<void>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

it("is not asked again for five seconds once it was away, then by one alone", async () => {
  const { at, engine } = resting();
  await engine.nudge("post/1").catch(() => undefined);
  at.seconds = 4.9;
  const rested = await failureOf(engine.nudge("post/1"));
  expect(engine.isUnavailable(rested)).toBe(true);
  expect(at.asked).toBe(1);
  at.seconds = 5;
  await Promise.all(["post/1", "post/2", "post/3"].map((id) => failureOf(engine.nudge(id))));
  expect(at.asked).toBe(2);
});

it("is asked as ever once it answered", async () => {
  const { at, engine } = resting();
  await failureOf(engine.cancel("post/1"));
  at.seconds = 6;
  at.state = "well";
  for (const id of ["post/1", "post/2"]) await engine.cancel(id);
  expect(at.asked).toBe(3);
});

it("needs no rest after a refusal", async () => {
  const { at, engine } = resting();
  at.state = "refusing";
  for (const id of ["post/1", "post/2"]) {
    expect(engine.isUnavailable(await failureOf(engine.cancel(id)))).toBe(false);
  }
  expect(at.asked).toBe(2);
});

it("says once that it is away, and once that it is back", async () => {
  const { at, engine, presence, said } = resting();
  for (at.seconds = 0; at.seconds <= 30; at.seconds += 3) await failureOf(engine.nudge("post/1"));
  expect(said()).toEqual([
    { level: 40, msg: "Temporal does not answer; what is accepted waits for it" },
  ]);
  // Whoever else asks it tells, too.
  presence.answered();
  presence.answered();
  expect(said().slice(1)).toEqual([{ level: 30, msg: "Temporal is back", seconds: 33 }]);
});
