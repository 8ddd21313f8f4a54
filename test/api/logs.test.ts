import { MockActivityEnvironment } from "@temporalio/testing";
import { DefaultLogger } from "@temporalio/worker";
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
  level: "debug",
  destination: { write: (text: string) => void texts.push(text) },
});
const lines = () => texts.map((text) => JSON.parse(text) as Record<string, unknown>);

/** Refuses to start anything, so that whoever asks it has something to tell. */
const refusing: Engine = {
  start: () => Promise.reject(new Error("refused")),
  wake: () => Promise.reject(new Error("refused")),
  nudge: async () => undefined,
  cancel: async () => undefined,
  listRunning: async () => new Set(),
  stateOf: async () => "unknown",
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

it("the line of a request says who asked, and where", async () => {
  texts.length = 0;
  await owner.call("GET", "/v1/posts");
  expect(lines()).toEqual([
    expect.objectContaining({
      msg: "request",
      route: "/v1/posts",
      status: 200,
      workspaceId: owner.workspaceId,
      actor: expect.stringMatching(/^user:/),
    }),
  ]);
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

it("the last line of an activity says how it ended, and nothing of what a failure says", async () => {
  const activities = createActivities(await activityDeps(api));
  const ends = () =>
    lines()
      .filter(({ msg }) => msg === "activity")
      .map(({ level, outcome, failure }) => ({ level, outcome, failure }));
  texts.length = 0;
  await runActivity(activities.forgetThrottles, undefined);
  expect(ends()).toEqual([{ level: 20, outcome: "done", failure: undefined }]);
  expect(lines()[0]).toMatchObject({ attempt: 1, ms: expect.any(Number) });

  texts.length = 0;
  const { workspaceId } = owner;
  const nobodys = { workspaceId, generationId: workspaceId };
  await expect(runActivity(activities.planGeneration, nobodys)).rejects.toThrow();
  expect(ends()).toEqual([{ level: 30, outcome: "failed", failure: "gone" }]);

  texts.length = 0;
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger("ERROR") });
  environment.cancel();
  await expect(environment.run(activities.planGeneration, nobodys)).rejects.toThrow();
  expect(ends()).toEqual([{ level: 30, outcome: "cancelled", failure: undefined }]);
});
