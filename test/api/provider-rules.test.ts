import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { isSandboxDraft, modelFor } from "#activities/lib/run-context.ts";
import { Agent, AuditEvent, Run, Step } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import { readProviderAccess } from "#db/provider-access.ts";
import { activityDeps } from "../harness/activity-deps.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";
import { addAgent, addChannel, addRun } from "./rows.ts";

let api: TestApi;
let owner: Caller;
const environment: Record<string, { apiKey: string }> = {
  openai: { apiKey: "k" },
  google: { apiKey: "k" },
};

beforeAll(async () => {
  api = await startApi({ providerCredentials: (name) => environment[name] ?? {} });
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  owner = await person(api);
});

const own = () => inWorkspace(api.context.orm, owner.workspaceId);
const settings = (body: object) => owner.call("PATCH", "/v1/workspace", { body });
const estimate = (body: object) => owner.call("POST", "/v1/generations/estimate", { body });
const text = { kind: "text", prompt: "x" };

interface Model {
  model: string;
  provider: string;
  allowed: boolean;
  usable: boolean;
  reason: string | null;
  isDefaultFor: string[];
}
async function models(query = ""): Promise<Model[]> {
  const answer = await owner.call("GET", `/v1/models${query}`);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<{ data: Model[] }>().data;
}

it("a workspace's defaults are taken where nobody names a model", async () => {
  expect((await estimate(text)).json()).toMatchObject({ model: "sandbox/sandbox-text-1" });
  const changed = await settings({ defaultModels: { write: "gpt-5.4-mini" } });
  expect(changed.json(), changed.body).toMatchObject({
    allowedProviders: null,
    defaultModels: { write: "openai/gpt-5.4-mini" },
  });
  expect((await owner.call("GET", "/v1/workspace")).json()).toEqual(changed.json());
  expect((await estimate(text)).json()).toMatchObject({ model: "openai/gpt-5.4-mini" });
  expect((await estimate({ ...text, model: "sandbox-text-1" })).json()).toMatchObject({
    model: "sandbox/sandbox-text-1",
  });
  const defaults = (await models("?task=write")).filter((one) => one.isDefaultFor.length > 0);
  expect(defaults.map((one) => one.model)).toEqual(["openai/gpt-5.4-mini"]);
  const back = await settings({ defaultModels: { write: null } });
  expect(back.json()).toMatchObject({ defaultModels: {} });
  expect((await estimate(text)).json()).toMatchObject({ model: "sandbox/sandbox-text-1" });
  const lines = await own().find(AuditEvent, { action: "workspace.providers-changed" });
  expect(lines.map((line) => line.detail)).toEqual([
    { allowed: "all", defaults: "write=openai/gpt-5.4-mini" },
    { allowed: "all", defaults: "" },
  ]);
});

it("a provider that is not allowed is neither taken nor to be named", async () => {
  await settings({ allowedProviders: ["google", "openai"] });
  expect((await estimate({ ...text, model: "sandbox/sandbox-text-1" })).json()).toMatchObject({
    status: 422,
    code: "provider_forbidden",
    errors: [{ pointer: "/model" }],
  });
  // The installation's default is the sandbox, which is not allowed: another that has its key stands in.
  expect((await estimate(text)).json()).toMatchObject({
    model: expect.stringMatching(/^openai\//),
  });
  const seen = await models();
  const forbidden = seen.filter((one) => one.provider === "sandbox");
  for (const one of forbidden)
    expect(one).toMatchObject({
      allowed: false,
      usable: false,
      isDefaultFor: [],
      reason: expect.stringContaining("allowedProviders"),
    });
  expect(forbidden.length).toBeGreaterThan(0);
  expect(seen.find((one) => one.provider === "google")).toMatchObject({
    allowed: true,
    usable: true,
  });
  const providers = (await owner.call("GET", "/v1/providers")).json().data;
  expect(providers).toContainEqual(
    expect.objectContaining({ name: "sandbox", allowed: false, usable: false }),
  );
  expect(providers).toContainEqual(
    expect.objectContaining({ name: "google", configuredBy: "environment", usable: true }),
  );
  await settings({ allowedProviders: [] });
  expect((await estimate(text)).json()).toMatchObject({ status: 422, code: "unknown_model" });
  await settings({ allowedProviders: null });
  expect((await estimate(text)).json()).toMatchObject({ model: "sandbox/sandbox-text-1" });
});

it.each([
  [{ allowedProviders: ["nobody"] }, "unknown_provider", "/allowedProviders/0"],
  [{ defaultModels: { write: "openai/none" } }, "unknown_model", "/defaultModels/write"],
  [{ defaultModels: { paint: "openai/none" } }, "invalid_request", "/defaultModels"],
  [{ allowedProviders: "all" }, "invalid_request", "/allowedProviders"],
])("settings that can't be are refused: %j", async (body, code, pointer) => {
  const answer = await settings(body);
  expect(answer.json(), answer.body).toMatchObject({ status: 422, code });
  const [first] = answer.json<{ errors: { pointer: string }[] }>().errors;
  expect(first?.pointer).toContain(pointer);
});

it("an agent holds to them, also where its own model was allowed once", async () => {
  const { channelId } = await addChannel(api, owner.workspaceId);
  const body = {
    name: "a",
    brief: "b",
    channelIds: [channelId],
    schedule: { days: ["mon"], times: ["09:00"], timeZone: "UTC" },
    media: "image",
    model: "openai/gpt-5.4-mini",
  };
  const made = await owner.call("POST", "/v1/agents", { body });
  expect(made.statusCode, made.body).toBe(201);
  await settings({
    allowedProviders: ["google", "sandbox"],
    defaultModels: { write: "sandbox/sandbox-text-1" },
  });
  expect((await owner.call("POST", "/v1/agents", { body })).json()).toMatchObject({
    code: "provider_forbidden",
  });
  const deps = await activityDeps(api);
  const agentId = made.json<{ id: string }>().id;
  const agent = await own().findOneOrFail(Agent, { id: agentId });
  const access = await readProviderAccess(own());
  expect(() => modelFor(deps, { agent, access }, "text")).toThrow(
    expect.objectContaining({ code: "provider_forbidden" }),
  );
  const other = await own().findOneOrFail(Agent, {
    id: await addAgent(api, owner.workspaceId, { channelId }),
  });
  const taken = modelFor(deps, { agent: other, access }, "text");
  expect(taken.entry.id).toBe("sandbox-text-1");
});

it("who wrote a draft is told by its step, whatever the workspace takes by now", async () => {
  const { channelId } = await addChannel(api, owner.workspaceId);
  const agent = await own().findOneOrFail(Agent, {
    id: await addAgent(api, owner.workspaceId, { channelId }),
  });
  const deps = await activityDeps(api);
  const draftBy = async (model: string) => {
    const facts = { agentId: agent.id, status: "running" as const };
    const runId = await addRun(api, owner.workspaceId, facts);
    await insertRow(own(), Step, {
      workspaceId: owner.workspaceId,
      runId,
      key: "writer.1",
      position: 1,
      kind: "model",
      name: "writer",
      status: "succeeded",
      model,
    });
    const run = await own().findOneOrFail(Run, { id: runId });
    const access = await readProviderAccess(own());
    return isSandboxDraft(own(), deps, { run, agent, access });
  };
  await settings({ defaultModels: { write: "openai/gpt-5.4-mini" } });
  expect(await draftBy("sandbox/sandbox-text-1")).toBe(true);
  await settings({ defaultModels: { write: "sandbox/sandbox-text-1" } });
  expect(await draftBy("openai/gpt-5.4-mini")).toBe(false);
});
