import { afterAll, beforeAll, expect, it } from "vitest";
import { person, type Caller } from "#test/api/callers.ts";
import { activityDeps, runActivity } from "#test/harness/activity-deps.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import { createGenerationActivities } from "./generations.ts";
import { createProviderActivities } from "./provider-calls.ts";

let api: TestApi;
let owner: Caller;

beforeAll(async () => {
  api = await startApi();
  owner = await person(api);
});

afterAll(async () => {
  await api?.close();
});

it.each(["text", "image"] as const)(
  "tells how far the generation of a %s is, also those who listen",
  async (kind) => {
    const deps = await activityDeps(api);
    const activities = { ...createGenerationActivities(deps), ...createProviderActivities(deps) };
    const body = { kind, prompt: "a lighthouse" };
    const { id } = (await owner.call("POST", "/v1/generations", { body })).json();
    const ids = { workspaceId: owner.workspaceId, generationId: id };
    const progress = async () =>
      (await owner.call("GET", `/v1/generations/${id}`)).json<{ progress: number }>().progress;
    expect(await progress()).toBe(0);
    // Twice, as when an answer is lost: it is told once.
    await activities.planGeneration(ids);
    await activities.planGeneration(ids);
    expect(await progress()).toBe(0.1);
    await runActivity(activities.askProvider, { ...ids, index: 0 });
    expect(await progress()).toBe(1);
    await activities.endGeneration({ ...ids, status: "succeeded" });

    const { body: stream } = await owner.call("GET", `/v1/generations/${id}/events`);
    const told = [...stream.matchAll(/^data: (.+)$/gm)].map(
      ([, data = ""]) => JSON.parse(data) as { type: string; progress?: number },
    );
    expect(told.map((one) => [one.type, one.progress])).toEqual([
      ["generation.queued", undefined],
      ["generation.running", undefined],
      ["generation.progress", 0.1],
      ["generation.progress", 1],
      ["generation.succeeded", undefined],
    ]);
  },
);
