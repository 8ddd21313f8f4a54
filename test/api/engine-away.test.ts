import { afterAll, beforeAll, expect, it } from "vitest";
import { createEnginePresence } from "#api/lib/engine-presence.ts";
import { restingEngine } from "#api/lib/resting-engine.ts";
import type { Engine } from "#db/outbox/engine.ts";
import { createLogger } from "../../logger.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";

let api: TestApi;
let owner: Caller;
let now = new Date();
let hangs = true;
let asked = 0;
const texts: string[] = [];

/** Hangs as long as the engine's own deadline, which is up at once here. */
const ask = async (): Promise<void> => {
  asked += 1;
  if (hangs) throw new Error("deadline exceeded");
};
const hanging: Engine = {
  start: ask,
  wake: ask,
  nudge: ask,
  cancel: ask,
  listRunning: async () => new Set(),
  stateOf: async () => "unknown",
  setAgentSchedule: ask,
  isUnavailable: () => hangs,
  report: () => undefined,
};

beforeAll(async () => {
  const logger = createLogger({
    name: "test",
    level: "info",
    destination: { write: (text: string) => void texts.push(text) },
  });
  const presence = createEnginePresence({ logger, now: () => now });
  api = await startApi({ logger, now: () => now, engine: restingEngine(hanging, presence) });
  owner = await person(api);
});

afterAll(async () => {
  await api?.close();
});

it("a Temporal that hangs holds up one request, not each, and the log says so once", async () => {
  const generate = async () =>
    (await owner.call("POST", "/v1/generations", { body: { kind: "text", prompt: "hi" } })).json();
  for (const _again of [1, 2, 3])
    expect(await generate()).toMatchObject({ status: "queued", engine: "delayed" });
  expect(asked).toBe(1);

  hangs = false;
  expect(await generate()).toMatchObject({ engine: "delayed" });
  now = new Date(now.getTime() + 5_000);
  expect(await generate()).toMatchObject({ engine: "ready" });
  expect(asked).toBe(2);
  const said = texts.filter((text) => text.includes("Temporal"));
  expect(said.map((text) => (JSON.parse(text) as { level: number }).level)).toEqual([40, 30]);
});
