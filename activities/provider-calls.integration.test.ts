import { APICallError, type LanguageModelV4 } from "@ai-sdk/provider";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Asset, CreditEntry, Generation, GenerationCall } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import type { Provider, ProviderDeps } from "#providers/contract.ts";
import { modelsOf } from "#providers/models-of.ts";
import { person, type Caller } from "#test/api/callers.ts";
import { activityDeps, runActivity } from "#test/harness/activity-deps.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import type { OutputIds } from "#workflows/make-output.ts";
import { createGenerationActivities } from "./generations.ts";
import type { ActivityDeps } from "./deps.ts";
import { stopJobs } from "./lib/stop-jobs.ts";
import { createProviderActivities } from "./provider-calls.ts";

let api: TestApi;
let owner: Caller;
/** How often a text model was asked since the test began. */
let asked: number;
/** What happens while it is asked. */
let meanwhile: () => Promise<void>;
let generations: ReturnType<typeof createGenerationActivities>;
let calls: ReturnType<typeof createProviderActivities>;
let workerDeps: ActivityDeps;
/** Jobs that the provider was told to stop, by how often. */
let stopped: number;
let whenStopped: () => Promise<void>;

beforeAll(async () => {
  api = await startApi();
  owner = await person(api);
  const deps = await activityDeps(api);
  const sandbox = deps.providers.get("sandbox");
  if (!sandbox) throw new Error("there is no sandbox provider");
  const providers = new Map(deps.providers).set("sandbox", watched(sandbox));
  generations = createGenerationActivities({ ...deps, providers });
  workerDeps = { ...deps, providers };
  calls = createProviderActivities(workerDeps);
});

afterAll(async () => {
  await api?.close();
});

/** The sandbox, but what happens while it is asked is a test's to say. */
function watched(sandbox: Provider): Provider {
  return {
    ...sandbox,
    cancelJob: async (deps, job) => {
      stopped += 1;
      await whenStopped();
      return (await sandbox.cancelJob?.(deps, job)) ?? "too_late";
    },
    languageModel: (deps: ProviderDeps, id: string) => {
      const model = modelsOf.language({ provider: sandbox, deps, id });
      const own: Pick<LanguageModelV4, "doGenerate"> = {
        async doGenerate(options) {
          asked += 1;
          await meanwhile();
          return model.doGenerate(options);
        },
      };
      return Object.assign(Object.create(model) as LanguageModelV4, own);
    },
  };
}

/** A generation that has begun. */
async function begun(body: object): Promise<OutputIds> {
  [asked, stopped] = [0, 0];
  whenStopped = async () => undefined;
  meanwhile = async () => undefined;
  const answer = await owner.call("POST", "/v1/generations", { body });
  expect(answer.statusCode, answer.body).toBe(202);
  const ids = { workspaceId: owner.workspaceId, generationId: answer.json<{ id: string }>().id };
  await generations.planGeneration(ids);
  return { ...ids, index: 0 };
}

const db = () => inWorkspace(api.context.orm, owner.workspaceId);
const ask = (ids: OutputIds) => runActivity(calls.askProvider, ids);
const callOf = ({ generationId, index }: OutputIds) =>
  db().findOneOrFail(GenerationCall, { generationId, index });
const viewOf = async ({ generationId }: OutputIds) =>
  (await owner.call("GET", `/v1/generations/${generationId}`)).json();

/** As a process leaves it that is killed between the provider's answer and our row. */
async function dieAfterTheAnswer(ids: OutputIds): Promise<void> {
  const { id } = (await db().findOne(GenerationCall, { ...indexOf(ids) })) ?? {};
  const before = id ? await db().findOneOrFail(GenerationCall, { id }) : undefined;
  await ask(ids);
  const asks = (before?.asks ?? 0) + 1;
  await db().nativeUpdate(
    GenerationCall,
    { ...indexOf(ids) },
    { status: "asked", output: null, asks, finishedAt: null },
  );
  await db().nativeUpdate(Generation, { id: ids.generationId }, { outputs: [] });
}

const indexOf = ({ generationId, index }: OutputIds) => ({ generationId, index });

it("asks once, however often it is done", async () => {
  const ids = await begun({ kind: "text", prompt: "a lighthouse" });
  expect(await ask(ids)).toEqual({ kind: "stored" });
  expect(await ask(ids)).toEqual({ kind: "stored" });
  expect(asked).toBe(1);
  expect(await callOf(ids)).toMatchObject({ status: "answered", asks: 1, answersLost: 0 });
});

it("has written down that it asks before it does", async () => {
  const ids = await begun({ kind: "text", prompt: "a lighthouse" });
  let seen: GenerationCall | undefined;
  meanwhile = async () => {
    seen = await callOf(ids);
  };
  await ask(ids);
  expect(seen).toMatchObject({ status: "asked", asks: 1, sent: { fields: expect.any(Array) } });
});

it("asks once more after an answer was lost, says so, and then gives up", async () => {
  const ids = await begun({ kind: "text", prompt: "a lighthouse" });
  await dieAfterTheAnswer(ids);
  await dieAfterTheAnswer(ids);
  expect(asked).toBe(2);
  expect(await viewOf(ids)).toMatchObject({ calls: [{ asks: 2, answerLost: true }] });
  expect(await ask(ids)).toMatchObject({ kind: "refused", code: "answer_lost" });
  expect(asked).toBe(2);
  await generations.endGeneration({ ...ids, status: "failed", code: "answer_lost", detail: "x" });
  expect(await viewOf(ids)).toMatchObject({ status: "failed", credits: 0 });
});

it("asks again after the provider said that it did nothing, and counts no answer as lost", async () => {
  const ids = await begun({ kind: "text", prompt: "a lighthouse" });
  meanwhile = async () => {
    if (asked > 1) return;
    const about = { message: "overloaded", url: "https://p.example", requestBodyValues: {} };
    throw new APICallError({ ...about, statusCode: 503 });
  };
  await expect(ask(ids)).rejects.toMatchObject({ type: "provider_down" });
  expect(await callOf(ids)).toMatchObject({ status: "open" });
  expect(await ask(ids)).toEqual({ kind: "stored" });
  expect(await callOf(ids)).toMatchObject({ asks: 2, answersLost: 0 });
});

it("settles each output that was made, and gives back the rest", async () => {
  const ids = await begun({ kind: "text", prompt: "a lighthouse", count: 3 });
  await ask(ids);
  await ask({ ...ids, index: 2 });
  await generations.endGeneration({ ...ids, status: "succeeded" });
  const view = await viewOf(ids);
  expect(view).toMatchObject({ status: "succeeded", count: 3, credits: 2, progress: 0.7 });
  expect(view.outputs).toHaveLength(2);
  const entries = await db().find(CreditEntry, { subject: `generation:${ids.generationId}` });
  expect(entries.map(({ kind, amount }) => [kind, amount]).sort()).toEqual([
    ["reserve", -3],
    ["settle", 1],
  ]);
});

it("makes variants that differ, each known by its seed", async () => {
  const ids = await begun({
    kind: "image",
    prompt: "a lighthouse",
    count: 2,
    settings: { size: "512x512" },
  });
  await Promise.all([ask(ids), ask({ ...ids, index: 1 })]);
  const view = await viewOf(ids);
  expect(view.settings).toMatchObject({ size: "512x512", seed: expect.any(Number) });
  const assets = await db().find(Asset, { generationId: ids.generationId });
  expect(new Set(assets.map(({ sha256 }) => sha256)).size).toBe(2);
});

it("makes again what was made, as its child, with another seed", async () => {
  const ids = await begun({ kind: "image", prompt: "a lighthouse", settings: { size: "512x512" } });
  const again = await owner.call("POST", `/v1/generations/${ids.generationId}/again`, { body: {} });
  expect(again.statusCode, again.body).toBe(202);
  const [parent, child] = [
    await viewOf(ids),
    await viewOf({ ...ids, generationId: again.json().id }),
  ];
  expect(child).toMatchObject({
    parentId: parent.id,
    prompt: parent.prompt,
    model: parent.model,
    settings: { size: "512x512" },
  });
  expect(child.settings.seed).not.toBe(parent.settings.seed);
});

it("leaves what was cancelled as it is", async () => {
  const ids = await begun({ kind: "text", prompt: "a lighthouse" });
  meanwhile = async () => {
    await generations.endGeneration({ ...ids, status: "cancelled" });
  };
  await ask(ids);
  expect(await viewOf(ids)).toMatchObject({ status: "cancelled", outputs: [], credits: 0 });
});

it("stops the jobs of what has no workflow any more, and none that it never started", async () => {
  const job = { kind: "video", prompt: "a lighthouse [[sandbox looks=99]]" };
  const ids = await begun(job);
  await stopJobs(workerDeps, ids);
  expect(stopped).toBe(0);
  expect(await runActivity(calls.startJob, ids)).toEqual({ kind: "started" });
  await stopJobs(workerDeps, ids);
  expect(stopped).toBe(1);
  // A provider that is away keeps nobody from closing the generation.
  whenStopped = () => Promise.reject(new Error("away"));
  await stopJobs(workerDeps, ids);
  expect(stopped).toBe(2);
});

const answers = (statusCode: number) =>
  Promise.reject(
    new APICallError({
      message: "x",
      url: "https://a.example/v1",
      requestBodyValues: {},
      statusCode,
      isRetryable: true,
    }),
  );

it("counts an answer that nobody can make sense of as lost: asked once more, and no more", async () => {
  const ids = await begun({ kind: "text", prompt: "a lighthouse" });
  meanwhile = () => answers(500);
  await expect(ask(ids)).rejects.toMatchObject({ type: "provider_down", nonRetryable: false });
  expect(await callOf(ids)).toMatchObject({ status: "open", asks: 1, answersLost: 1 });
  expect(await ask(ids)).toMatchObject({ kind: "refused", code: "provider_down" });
  expect(await ask(ids)).toMatchObject({ kind: "refused", code: "provider_down" });
  expect(asked).toBe(2);
  expect(await callOf(ids)).toMatchObject({ status: "failed", asks: 2, answersLost: 1 });
});

it("asks nobody again where our own store fails with the answer in hand", async () => {
  const ids = await begun({ kind: "image", prompt: "a lighthouse", settings: { size: "512x512" } });
  let fails = 2;
  const storage: ActivityDeps["storage"] = {
    ...workerDeps.storage,
    putFile: async (file) => {
      fails -= 1;
      if (fails >= 0) throw new Error("the disk is full");
      return workerDeps.storage.putFile(file);
    },
  };
  const own = createProviderActivities({ ...workerDeps, storage });
  expect(await runActivity(own.askProvider, ids)).toEqual({ kind: "stored" });
  expect(await callOf(ids)).toMatchObject({ status: "answered", asks: 1, answersLost: 0 });
});

it("never starts a job again of which nobody knows whether it was started", async () => {
  const ids = await begun({ kind: "video", prompt: "a lighthouse" });
  expect(await runActivity(calls.startJob, ids)).toEqual({ kind: "started" });
  // As a process leaves it that is killed before it has written the job's name.
  await db().nativeUpdate(
    GenerationCall,
    { ...indexOf(ids) },
    { status: "asked", operation: null },
  );
  expect(await runActivity(calls.startJob, ids)).toMatchObject({
    kind: "refused",
    code: "answer_lost",
  });
  expect(await callOf(ids)).toMatchObject({ status: "failed", asks: 1 });
});

it("stopping what was never started asks nobody, and counts as no call", async () => {
  const ids = await begun({ kind: "video", prompt: "a lighthouse" });
  await runActivity(calls.stopJob, ids);
  expect(await db().findOne(GenerationCall, { ...indexOf(ids) })).toBeNull();
  expect(stopped).toBe(0);
});
