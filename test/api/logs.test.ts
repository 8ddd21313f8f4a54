import { afterAll, beforeAll, expect, it } from "vitest";
import { createActivities } from "#activities/index.ts";
import type { Engine } from "#db/outbox/engine.ts";
import { createLogger } from "../../logger.ts";
import { activityDeps, runActivity } from "../harness/activity-deps.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";

let api: TestApi;
let owner: Caller;
const texts: string[] = [];
const logger = createLogger({
  name: "test",
  level: "info",
  destination: { write: (text: string) => void texts.push(text) },
});
const lines = () => texts.map((text) => JSON.parse(text) as Record<string, unknown>);

/** Refuses to start anything, so that whoever asks it has something to tell. */
const refusing: Engine = {
  start: () => Promise.reject(new Error("refused")),
  nudge: async () => undefined,
  cancel: async () => undefined,
  setAgentSchedule: async () => undefined,
  isUnavailable: () => false,
  report: () => logger.error("Temporal refused a message"),
};

beforeAll(async () => {
  api = await startApi({ logger, engine: refusing });
  owner = await person(api);
});

afterAll(async () => {
  await api?.close();
});

it("every line that a request causes names it, whoever writes it, and once", async () => {
  texts.length = 0;
  const answer = await owner.call("POST", "/v1/generations", {
    body: { kind: "text", prompt: "Marzipan 5512" },
  });
  expect(answer.statusCode).toBe(202);
  const requestId = answer.headers["x-request-id"];
  expect(lines().map(({ msg }) => msg)).toEqual(["Temporal refused a message", "request"]);
  expect(lines().map((line) => line["requestId"])).toEqual(lines().map(() => requestId));
  for (const text of texts) expect(text.match(/"requestId"/g), text).toHaveLength(1);
  expect(texts.join("")).not.toContain("Marzipan");
});

it("every line that an activity causes says which try of which one", async () => {
  await owner.call("POST", "/v1/generations", { body: { kind: "text", prompt: "hello" } });
  const activities = createActivities(await activityDeps(api));
  texts.length = 0;
  await runActivity(activities.sweepOutbox, undefined);
  expect(lines()).not.toEqual([]);
  for (const line of lines()) {
    expect(line).toMatchObject({
      workflowId: expect.any(String),
      runId: expect.any(String),
      activityType: expect.any(String),
      attempt: 1,
    });
  }
});
