import { APICallError, type LanguageModelV4 } from "@ai-sdk/provider";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  Agent,
  Channel,
  CreditEntry,
  Event,
  Generation,
  Post,
  Run,
  Step,
  Target,
  WorkspaceDetails,
} from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import type { RunStatus } from "#domain/states.ts";
import { maximumOpenRuns } from "#temporal.config";
import { person, type Caller } from "#test/api/callers.ts";
import { addAgent, addChannel, addRun } from "#test/api/rows.ts";
import { activityDeps, runActivity } from "#test/harness/activity-deps.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import { asSuperuser } from "#test/harness/tenant-rows.ts";
import type { ProviderDeps } from "#providers/contract.ts";
import { modelsOf } from "#providers/models-of.ts";
import { createAgentActivities } from "./agents.ts";
import { createGenerationActivities } from "./generations.ts";
import { createProviderActivities } from "./provider-calls.ts";
import { createRoleActivities } from "./roles.ts";

let api: TestApi;
let owner: Caller;
let channelId: string;
let agentId: string;
let activities: ReturnType<typeof createAgentActivities> &
  ReturnType<typeof createGenerationActivities> &
  ReturnType<typeof createProviderActivities> &
  ReturnType<typeof createRoleActivities>;
/** Comes between the model and its answer. */
let beforeAnswer: () => Promise<void> = async () => undefined;

beforeAll(async () => {
  api = await startApi();
  const deps = await activityDeps(api);
  const sandbox = deps.providers.get("sandbox");
  if (!sandbox) throw new Error("there is no sandbox provider");
  const languageModel = (call: ProviderDeps, id: string) => {
    const model = modelsOf.language({ provider: sandbox, deps: call, id });
    const slow: Pick<LanguageModelV4, "doGenerate"> = {
      async doGenerate(options) {
        await beforeAnswer();
        return model.doGenerate(options);
      },
    };
    return Object.assign(Object.create(model) as LanguageModelV4, slow);
  };
  // The same at three times the price.
  const { manifest } = sandbox;
  const models = manifest.models.map((model) => ({ ...model, credits: 3 * model.credits }));
  const dear = { ...sandbox, languageModel, manifest: { ...manifest, name: "dear", models } };
  const providers = new Map(deps.providers)
    .set("sandbox", { ...sandbox, languageModel })
    .set("dear", dear);
  const own = { ...deps, providers };
  activities = {
    ...createAgentActivities(own),
    ...createGenerationActivities(own),
    ...createProviderActivities(own),
    ...createRoleActivities(own),
  };
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  beforeAnswer = async () => undefined;
  owner = await person(api);
  ({ channelId } = await addChannel(api, owner.workspaceId));
  agentId = await addAgent(api, owner.workspaceId, { channelId });
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);
const add = (status: RunStatus) => addRun(api, owner.workspaceId, { agentId, status });
const idsOf = (runId: string) => ({ workspaceId: owner.workspaceId, agentId, runId });
const begin = (runId: string) =>
  activities.beginRun({ ...idsOf(runId), workflowId: `run/${runId}`, now: Date.now() });
const ask = (runId: string, turn = 1, position = turn) =>
  runActivity(activities.callRole, {
    ...idsOf(runId),
    role: "planner" as const,
    stepKey: `planner.${turn}`,
    position,
  });
const stepOf = (runId: string, key: string) => db().findOneOrFail(Step, { runId, key });
const creditsLeft = async () =>
  (await db().findOneOrFail(WorkspaceDetails, { id: owner.workspaceId })).credits;
const ledger = async () =>
  (await db().find(CreditEntry, { agentId }, { orderBy: { id: "asc" } })).map((entry) => [
    entry.kind,
    entry.amount,
  ]);

/** A run that has its plan and its draft, and wants an image. */
async function drafted(): Promise<string> {
  const runId = await add("running");
  await db().nativeUpdate(Agent, { id: agentId }, { media: "image" });
  const answers = {
    planner: { idea: "The lamp", angle: "a", reason: "r", wantsImage: true, imagePrompt: "a lamp" },
    writer: { text: "The lamp is lit.", title: null, altText: "A lamp" },
  };
  for (const [position, [name, answer]] of Object.entries(answers).entries())
    await db().insert(Step, {
      id: crypto.randomUUID(),
      workspaceId: owner.workspaceId,
      createdAt: new Date(),
      runId,
      key: `${name}.1`,
      position,
      kind: "model",
      name,
      status: "succeeded",
      output: { turn: "answer", answer },
    });
  return runId;
}
const order = (runId: string) => activities.orderImage({ ...idsOf(runId), position: 9 });

describe("beginning a run", () => {
  it("waits for whoever cancels it, and then leaves it cancelled", async () => {
    const runId = await add("queued");
    const begun = await asSuperuser(api.database, async (client) => {
      await client.query("begin");
      await client.query("select 1 from run where id = $1 for update", [runId]);
      const asked = begin(runId);
      await vi.waitFor(async () => {
        const { rows } = await client.query("select 1 from pg_locks where not granted");
        expect(rows).not.toEqual([]);
      });
      await client.query("update run set status = 'cancelled' where id = $1", [runId]);
      await client.query("commit");
      return asked;
    });
    expect(begun).toEqual({ runId, go: false, status: "cancelled" });
    expect(await db().findOneOrFail(Run, { id: runId })).toMatchObject({ status: "cancelled" });
  });

  it("is skipped while too many of the agent's runs are under way, those that wait among them", async () => {
    const open: string[] = [];
    for (let count = 0; count < maximumOpenRuns; count += 1)
      open.push(await add(count % 2 ? "running" : "awaiting_approval"));
    await add("queued");
    const runId = await add("queued");
    expect(await begin(runId)).toMatchObject({ go: false, status: "skipped" });
    expect(await db().findOneOrFail(Run, { id: runId })).toMatchObject({
      error: { code: "too_many_runs" },
    });
    await db().nativeUpdate(Run, { id: open[0] ?? "" }, { status: "succeeded" });
    expect(await begin(await add("queued"))).toMatchObject({ go: true, status: "running" });
  });

  it("is said again when the answer was lost", async () => {
    const runId = await add("queued");
    expect(await begin(runId)).toEqual(await begin(runId));
  });
});

describe("a model's step", () => {
  it("may be tried again when it was the last that the agent's limit allowed", async () => {
    await db().nativeUpdate(Agent, { id: agentId }, { creditLimit: 1 });
    const runId = await add("running");
    beforeAnswer = async () => {
      throw new APICallError({
        message: "busy",
        url: "https://models.example",
        requestBodyValues: {},
        statusCode: 503,
        isRetryable: true,
      });
    };
    await expect(ask(runId)).rejects.toMatchObject({ nonRetryable: false });
    beforeAnswer = async () => undefined;
    expect(await ask(runId)).toMatchObject({ kind: "tool_calls" });
    expect(await ledger()).toEqual([
      ["reserve", -1],
      ["settle", 0],
    ]);
    const next = await ask(runId, 2);
    expect(next).toMatchObject({ kind: "refused", code: "credit_limit" });
    expect(await stepOf(runId, "planner.2")).toMatchObject({
      status: "failed",
      credits: 0,
      error: { code: "credit_limit" },
    });
    expect(await ledger()).toHaveLength(2);
    // Asked again, it says the same, calls nobody and reserves nothing, though the limit was raised meanwhile.
    await db().nativeUpdate(Agent, { id: agentId }, { creditLimit: 100 });
    beforeAnswer = () => Promise.reject(new Error("asked"));
    expect(await ask(runId, 2)).toEqual(next);
    expect(await ask(runId)).toMatchObject({ kind: "tool_calls" });
    expect(await ledger()).toHaveLength(2);
  });

  const setRules = (rules: { allowedProviders?: string[]; defaultModels?: { write: string } }) =>
    db().nativeUpdate(WorkspaceDetails, { id: owner.workspaceId }, rules);
  const busy = async () => {
    throw new APICallError({
      message: "busy",
      url: "https://models.example",
      requestBodyValues: {},
      statusCode: 503,
      isRetryable: true,
    });
  };

  it("that is tried again keeps the model that its price was reserved for", async () => {
    const runId = await add("running");
    beforeAnswer = busy;
    await expect(ask(runId)).rejects.toMatchObject({ nonRetryable: false });
    const { model } = await stepOf(runId, "planner.1");
    expect(model).toMatch(/^sandbox\//);
    await setRules({ defaultModels: { write: model?.replace("sandbox/", "dear/") ?? "" } });
    beforeAnswer = async () => undefined;
    expect(await ask(runId)).toMatchObject({ kind: "tool_calls" });
    expect(await stepOf(runId, "planner.1")).toMatchObject({ model, credits: 1 });
    // The next one takes what is asked for now.
    await ask(runId, 2);
    expect((await stepOf(runId, "planner.2")).model).toMatch(/^dear\//);
    expect(await ledger()).toEqual([
      ["reserve", -1],
      ["settle", 0],
      ["reserve", -3],
      ["settle", 0],
    ]);
  });

  it("asks nobody who was forbidden just before, and gives back what it reserved", async () => {
    const runId = await add("running");
    beforeAnswer = busy;
    await expect(ask(runId)).rejects.toMatchObject({ nonRetryable: false });
    const { id } = await stepOf(runId, "planner.1");
    beforeAnswer = () => Promise.reject(new Error("asked"));
    const turn = await asSuperuser(api.database, async (client) => {
      await client.query("begin");
      await client.query("select 1 from step where id = $1 for update", [id]);
      const asked = ask(runId);
      await vi.waitFor(async () => {
        const { rows } = await client.query("select 1 from pg_locks where not granted");
        expect(rows).not.toEqual([]);
      });
      await setRules({ allowedProviders: ["dear"] });
      await client.query("commit");
      return asked;
    });
    expect(turn).toMatchObject({ kind: "refused", code: "provider_forbidden" });
    expect(await ledger()).toEqual([
      ["reserve", -1],
      ["refund", 1],
    ]);
  });

  it("stays cancelled, and costs nothing, when its answer comes after the run's end", async () => {
    const runId = await add("running");
    const before = await creditsLeft();
    const called = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    beforeAnswer = () => {
      called.resolve();
      return answer.promise;
    };
    const asked = ask(runId);
    await called.promise;
    await activities.endRun({ ...idsOf(runId), status: "cancelled" });
    answer.resolve();
    expect(await asked).toMatchObject({ kind: "refused", code: "run_ended" });
    expect(await stepOf(runId, "planner.1")).toMatchObject({
      status: "cancelled",
      output: null,
      credits: 0,
    });
    expect(await creditsLeft()).toBe(before);
    expect(await ledger()).toEqual([
      ["reserve", -1],
      ["refund", 1],
    ]);
  });

  it.each(["cancelled", "failed"] as const)(
    "is not begun in a run that is %s: nobody is asked, nothing is reserved",
    async (status) => {
      const runId = await add(status);
      beforeAnswer = () => Promise.reject(new Error("asked"));
      expect(await ask(runId)).toMatchObject({ kind: "refused", code: "run_ended" });
      expect(await stepOf(runId, "planner.1")).toMatchObject({ status: "cancelled" });
      expect(await ledger()).toEqual([]);
    },
  );

  it("keeps what a call that two tries make at once was answered first", async () => {
    const runId = await add("running");
    const turns = await Promise.all([ask(runId), ask(runId)]);
    expect(turns[0]).toEqual(turns[1]);
    expect(await ledger()).toEqual([
      ["reserve", -1],
      ["settle", 0],
    ]);
    expect(await db().count(Event, { subjectId: runId, type: "step.succeeded" })).toBe(1);
  });

  it("has as its input what the role had not read before", async () => {
    const runId = await add("running");
    await db().nativeUpdate(
      Agent,
      { id: agentId },
      { brief: "[[sandbox tools=recent_posts,post_metrics invalid=prose]]" },
    );
    const said: unknown[] = [];
    let position = 0;
    for (let turn = 1; turn <= 3; turn += 1) {
      position += 1;
      const at = { ...idsOf(runId), role: "planner" as const, stepKey: `planner.${turn}` };
      const answer = await ask(runId, turn, position);
      said.push(answer.kind);
      for (const call of answer.kind === "tool_calls" ? answer.calls : []) {
        position += 1;
        await activities.callTool({ ...at, position, callId: call.id, tool: call.name });
      }
    }
    expect(said).toEqual(["tool_calls", "invalid", "answer"]);
    const inputs: object[] = [];
    for (const turn of [1, 2, 3]) inputs.push((await stepOf(runId, `planner.${turn}`)).input ?? {});
    expect(inputs).toEqual([
      { messages: [{ role: "user", text: expect.stringContaining("Plan the next post.") }] },
      { messages: [{ role: "tool", text: expect.stringMatching(/recent_posts[^]*post_metrics/) }] },
      { messages: [{ role: "user", text: expect.stringContaining("JSON") }] },
    ]);
    expect((await stepOf(runId, "planner.1/1")).input).toEqual({ limit: expect.any(Number) });
  });
});

describe("an image", () => {
  it("is not ordered for a run that has ended; nothing is reserved", async () => {
    const runId = await drafted();
    await db().nativeUpdate(Run, { id: runId }, { status: "cancelled" });
    await expect(order(runId)).rejects.toMatchObject({ nonRetryable: true, type: "run_cancelled" });
    expect(await ledger()).toEqual([]);
    expect(await db().count(Generation, { runId })).toBe(0);
    expect(await db().count(Step, { runId, key: "image" })).toBe(0);
  });

  it("that nobody began is cancelled and refunded with its run", async () => {
    const runId = await drafted();
    const before = await creditsLeft();
    const { generationId } = await order(runId);
    expect(await creditsLeft()).toBe(before - 4);
    expect(await stepOf(runId, "image")).toMatchObject({ credits: 4, input: { prompt: "a lamp" } });
    await activities.endRun({ ...idsOf(runId), status: "cancelled" });
    expect(await creditsLeft()).toBe(before);
    expect(await db().findOneOrFail(Generation, { id: generationId })).toMatchObject({
      status: "cancelled",
      credits: 0,
    });
    expect(await stepOf(runId, "image")).toMatchObject({ status: "cancelled", credits: 0 });
    const ids = { workspaceId: owner.workspaceId, generationId };
    // Its workflow, should it come after all.
    expect(await activities.planGeneration(ids)).toMatchObject({ go: false });
    expect(await activities.endGeneration({ ...ids, status: "cancelled" })).toEqual({
      status: "cancelled",
    });
    expect(await creditsLeft()).toBe(before);
  });

  it.each([
    ["succeeded", 4],
    ["failed", 0],
    ["cancelled", 0],
  ] as const)("that has %s costs its step %i credits", async (status, credits) => {
    const runId = await drafted();
    const { generationId } = await order(runId);
    const ids = { workspaceId: owner.workspaceId, generationId };
    await activities.planGeneration(ids);
    if (status === "succeeded") await runActivity(activities.askProvider, { ...ids, index: 0 });
    await activities.endGeneration({ ...ids, status });
    expect(await stepOf(runId, "image")).toMatchObject({ credits });
    expect((await owner.call("GET", `/v1/runs/${runId}`)).json()).toMatchObject({ credits });
  });

  it("stays within the agent's limit of the day, as every step does", async () => {
    const runId = await drafted();
    await db().nativeUpdate(Agent, { id: agentId }, { creditLimit: 3 });
    await expect(order(runId)).rejects.toMatchObject({ type: "credit_limit", nonRetryable: true });
    expect(await ledger()).toEqual([]);
  });

  it("stays within the workspace's limit of the day too, and counts for no member", async () => {
    const runId = await drafted();
    const limitTo = (dailyCreditLimit: number) =>
      db().nativeUpdate(WorkspaceDetails, { id: owner.workspaceId }, { dailyCreditLimit });
    await limitTo(3);
    await expect(order(runId)).rejects.toMatchObject({ type: "credit_limit", nonRetryable: true });
    const other = await add("running");
    expect(await ask(other)).toMatchObject({ kind: "tool_calls" });
    await limitTo(1);
    expect(await ask(other, 2)).toMatchObject({
      kind: "refused",
      detail: expect.stringContaining(
        "The workspace's limit is 1 credit a day: 1 is spent or reserved, and this needs",
      ),
    });
    const entries = await db().find(CreditEntry, { agentId });
    expect(entries.map(({ userId, model }) => [userId, model?.split("/").length])).toEqual([
      [null, 2],
      [null, 2],
    ]);
  });
});

it.each([
  ["suggest", false, "preparing", "required"],
  ["autopilot", false, "scheduled", "none"],
  ["autopilot", true, "preparing", "required"],
] as const)(
  "an agent on %s, on a channel that requires approval: %s, makes a post that is %s, with approval %s",
  async (autonomy, requiresApproval, status, approval) => {
    await db().nativeUpdate(Agent, { id: agentId }, { autonomy });
    await db().nativeUpdate(Channel, { id: channelId }, { requiresApproval });
    const made = await activities.createAgentPost({
      ...idsOf(await drafted()),
      position: 5,
      now: Date.now(),
    });
    const { postId } = made as { postId: string };
    expect(await db().findOneOrFail(Post, { id: postId })).toMatchObject({ status, approval });
  },
);

it("gives its campaign, its labels and the channel's defaults to its posts, and checks drafts with them", async () => {
  const campaign = "Spring";
  await db().nativeUpdate(Agent, { id: agentId }, { campaign, labels: ["Sea"] });
  const utm = { campaign: "{campaign}" };
  const setSignature = (signature: string) =>
    db().nativeUpdate(Channel, { id: channelId }, { defaults: { hashtags: [], signature, utm } });
  await setSignature("https://a.example");
  const runId = await drafted();
  const made = await activities.createAgentPost({ ...idsOf(runId), position: 5, now: Date.now() });
  const { postId } = made as { postId: string };
  expect(await db().findOneOrFail(Post, { id: postId })).toMatchObject({
    content: { text: "The lamp is lit." },
    campaign,
    labels: ["Sea"],
  });
  expect(await db().findOneOrFail(Target, { postId })).toMatchObject({
    texts: ["The lamp is lit.\n\nhttps://a.example?utm_campaign=Spring"],
  });
  await setSignature("x".repeat(490));
  const ids = idsOf(await drafted());
  await activities.checkDraft({ ...ids, position: 4, attempt: 1, now: Date.now() });
  const { output } = await stepOf(ids.runId, "check.1");
  expect(JSON.stringify(output)).toMatch(/508 characters; 500 are allowed.*own signature/);
});

it("shows what went into the steps that check, and that make the post", async () => {
  const runId = await drafted();
  const ids = idsOf(runId);
  const now = Date.now();
  await activities.gatherContext({ ...ids, position: 3 });
  await activities.checkDraft({ ...ids, position: 4, attempt: 1, now });
  await activities.createAgentPost({ ...ids, position: 5, now });
  const draft = { text: "The lamp is lit.", title: null, altText: "A lamp" };
  expect((await stepOf(runId, "gather")).input).toEqual({ latestPosts: 20 });
  expect((await stepOf(runId, "check.1")).input).toEqual({
    draft,
    withImage: true,
    channels: ["A sandbox profile"],
  });
  expect((await stepOf(runId, "post")).input).toEqual({
    draft,
    generationId: null,
    channels: ["A sandbox profile"],
    autonomy: "suggest",
  });
});
