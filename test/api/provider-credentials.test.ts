import canonicalize from "canonicalize";
import { createHash } from "node:crypto";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createGenerationActivities } from "#activities/generations.ts";
import type { ActivityDeps } from "#activities/index.ts";
import { credentialsFor } from "#activities/lib/credentials-for.ts";
import { createProviderActivities } from "#activities/provider-calls.ts";
import { createProviderKeyActivities } from "#activities/provider-keys.ts";
import { findOpenWork } from "#activities/lib/find-open-work.ts";
import {
  AuditEvent,
  Event,
  GenerationCall,
  IdempotencyRecord,
  ProviderCredentials,
  WorkspaceDetails,
} from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { SealBroken } from "#db/vault/open.ts";
import { createAddressCheck, createGuardedFetch } from "../../egress.ts";
import { activityDeps, runActivity } from "../harness/activity-deps.ts";
import { findInDatabase } from "../harness/find-in-database.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { guest, person, program, type Caller } from "./callers.ts";
import { onDatabase } from "./rows.ts";
import { startKeyServer, type KeyFate, type KeyServer } from "./start-key-server.ts";

let api: TestApi;
let server: KeyServer;
/** Not among the addresses that may be called. */
let hidden: KeyServer;
let deps: ActivityDeps;
let owner: Caller;
let ahead = 0;
/** What happens while a request waits: a worker is at work, or nobody is. */
let meanwhile: () => Promise<void>;
/** The installation's own keys. */
let environment: Record<string, { apiKey: string; baseUrl?: string }> = {};
const logged: string[] = [];
const answered: string[] = [];
let count = 0;

beforeAll(async () => {
  server = await startKeyServer();
  hidden = await startKeyServer();
  const allow = [server.place];
  api = await startApi({
    fetch: createGuardedFetch({ allow }),
    checkAddress: createAddressCheck({ allow }),
    providerCredentials: (name) => environment[name] ?? {},
    pause: async () => meanwhile(),
    now: () => new Date(Date.now() + ahead),
    logger: pino({ level: "trace" }, { write: (line) => void logged.push(line) }),
  });
  deps = await activityDeps(api, {
    providerCredentials: (name) => environment[name] ?? {},
    fetch: createGuardedFetch({ allow }),
  });
});

afterAll(async () => {
  await api?.close();
  await server?.close();
  await hidden?.close();
});

beforeEach(async () => {
  owner = await person(api);
  environment = {};
  ahead = 0;
  meanwhile = () => work();
  api.setEngine("ready");
  server.asked.length = 0;
  hidden.asked.length = 0;
});

const url = "/v1/providers/openai/credentials";
const own = (of = owner) => inWorkspace(api.context.orm, of.workspaceId);

/** A key that stands nowhere else, of which the server knows this. */
function key(fate: KeyFate): string {
  count += 1;
  const made = `sk-test-${fate}-${count}-Zq8vX2LmT4aR9cWf`;
  server.keys.set(made, fate);
  hidden.keys.set(made, fate);
  return made;
}

/** Does what the engine was told of, as a worker does. */
async function work(options: { checkMs?: number } = {}): Promise<void> {
  const { tryProviderKey } = createProviderKeyActivities(deps, options);
  const told = api.told.filter(({ what }) => what === "start checkProviderKey");
  for (const { workflowId } of told) {
    const credentialsId = workflowId.replace("provider-key/", "");
    await runActivity(tryProviderKey, { workspaceId: owner.workspaceId, credentialsId });
  }
}

async function put(body: object, caller = owner, at = url) {
  const answer = await caller.call("PUT", at, { body });
  answered.push(answer.body);
  return answer;
}

const give = (apiKey: string, more: object = {}) =>
  put({ apiKey, baseUrl: server.baseUrl, ...more });

async function viewed(caller = owner, name = "openai") {
  const answer = await caller.call("GET", "/v1/providers");
  answered.push(answer.body);
  expect(answer.statusCode, answer.body).toBe(200);
  const { data } = answer.json<{ data: { name: string }[] }>();
  return data.find((one) => one.name === name);
}

const opened = (of = owner) =>
  credentialsFor(deps, { workspaceId: of.workspaceId, provider: "openai" });

describe("a key of the workspace's own", () => {
  it("is tried once, and used from then on", async () => {
    const apiKey = key("good");
    expect(await viewed()).toMatchObject({ configuredBy: null, usable: false, credentials: null });
    const answer = await give(apiKey, { organization: "org-1", api: "responses" });
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json()).toMatchObject({
      name: "openai",
      configuredBy: "workspace",
      usable: true,
      reason: null,
      credentials: {
        host: server.place,
        setBy: expect.any(String),
        models: ["gpt-5.4-mini", "gpt-5.4"],
      },
      lastCheck: { status: "ok", problem: null },
    });
    expect(await viewed()).toEqual(answer.json());
    expect(server.asked).toEqual([{ what: "GET /v1/models", key: apiKey }]);
    const { baseUrl } = server;
    expect(await opened()).toEqual({ apiKey, baseUrl, organization: "org-1", api: "responses" });
    // Done again by a worker whose answer was lost, it asks nobody.
    await work();
    expect(server.asked).toHaveLength(1);
    const lines = await own().find(AuditEvent, { subject: "provider:openai" });
    expect(lines.map((line) => line.action)).toEqual([
      "provider-key.given",
      "provider-key.accepted",
    ]);
    const [event] = await own().find(Event, { type: "workspace.provider_key_accepted" });
    expect(event).toMatchObject({ data: { provider: "openai" } });
  });

  it.each<[KeyFate, string, RegExp]>([
    ["bad", "unauthorized", /refused the credentials.*invalid_api_key/],
    ["broke", "quota", /no quota left/],
    ["down", "provider_down", /can't be reached or gave no usable answer.*503/],
    ["redirected", "provider_down", /no usable answer.*302/],
    ["no-list", "invalid_input", /Check the address/],
  ])("that is %s is refused, and stored nowhere", async (fate, reason, detail) => {
    const apiKey = key(fate);
    const answer = await give(apiKey);
    expect(answer.json(), answer.body).toMatchObject({
      status: 422,
      code: "provider_key_refused",
      reason,
      detail: expect.stringMatching(detail),
    });
    expect(server.asked).toHaveLength(1);
    expect(await opened()).toEqual({});
    const [row] = await own().find(
      ProviderCredentials,
      {},
      { populate: ["sealedSecrets", "wrappedKey"] },
    );
    expect(row).toMatchObject({ status: "failed", sealedSecrets: null, wrappedKey: null });
    expect(await viewed()).toMatchObject({
      configuredBy: null,
      credentials: null,
      lastCheck: { status: "failed", problem: { code: reason } },
    });
  });

  it("that is too slow is refused in time", async () => {
    meanwhile = () => work({ checkMs: 60 });
    const answer = await give(key("slow"));
    expect(answer.json()).toMatchObject({ code: "provider_key_refused", reason: "timeout" });
  });

  it("that works stays where a later one does not", async () => {
    const [first, second] = [key("good"), key("bad")];
    expect((await give(first)).statusCode).toBe(200);
    expect((await give(second)).statusCode).toBe(422);
    expect(await opened()).toMatchObject({ apiKey: first });
    expect(await viewed()).toMatchObject({
      configuredBy: "workspace",
      usable: true,
      lastCheck: { status: "failed", problem: { code: "unauthorized" } },
    });
    const third = key("good");
    expect((await give(third)).statusCode).toBe(200);
    expect(await opened()).toMatchObject({ apiKey: third });
    expect(await own().count(ProviderCredentials, {})).toBe(1);
  });

  it("is answered with 202 while nobody has tried it, and is used by nobody", async () => {
    meanwhile = async () => undefined;
    const answer = await give(key("good"));
    expect(answer.statusCode, answer.body).toBe(202);
    expect(answer.json()).toMatchObject({ engine: "ready", lastCheck: { status: "checking" } });
    expect(await opened()).toEqual({});
    await work();
    expect(await viewed()).toMatchObject({ lastCheck: { status: "ok" } });
  });

  it("waits for the engine, and is found by the sweep", async () => {
    api.setEngine("delayed");
    const answer = await give(key("good"));
    expect(answer.statusCode, answer.body).toBe(202);
    expect(answer.json()).toMatchObject({ engine: "delayed", lastCheck: { status: "checking" } });
    const { workspaceId } = owner;
    await onDatabase(api, async (query) => {
      await query("delete from outbox where workspace_id = $1", [workspaceId]);
      await query(
        "update provider_credentials set created_at = now() - interval '1 minute' where workspace_id = $1",
        [workspaceId],
      );
    });
    const [found] = await findOpenWork(own(), { workspaceId });
    expect(found).toMatchObject({ workflowType: "checkProviderKey", status: "checking" });
    await createProviderKeyActivities(deps).giveUpProviderKey({
      workspaceId,
      credentialsId: found?.input["credentialsId"] ?? "",
    });
    expect(await viewed()).toMatchObject({ lastCheck: { problem: { code: "not_tried" } } });
    expect(await findOpenWork(own(), { workspaceId })).toEqual([]);
  });

  it("gives way to one that is given meanwhile", async () => {
    const [first, second] = [key("good"), key("good")];
    meanwhile = async () => {
      meanwhile = () => work();
      await give(second);
    };
    const answer = await give(first);
    expect(answer.json()).toMatchObject({ status: 409, code: "version_conflict" });
    expect(await opened()).toMatchObject({ apiKey: second });
    expect(server.asked.map((one) => one.key)).toEqual([second]);
  });

  it("is removed at once, and then there is none", async () => {
    expect((await give(key("good"))).statusCode).toBe(200);
    environment = { openai: { apiKey: "the-operators", baseUrl: "https://proxy.example" } };
    expect(await viewed()).toMatchObject({ configuredBy: "workspace" });
    expect((await owner.call("DELETE", url)).statusCode).toBe(204);
    expect(await viewed()).toMatchObject({ configuredBy: "environment", credentials: null });
    expect(await opened()).toEqual({ apiKey: "the-operators", baseUrl: "https://proxy.example" });
    expect((await owner.call("DELETE", url)).json()).toMatchObject({ status: 404 });
    environment = {};
    expect(await viewed()).toMatchObject({ configuredBy: null, usable: false });
  });

  it("is never mixed with the installation's", async () => {
    environment = { openai: { apiKey: "the-operators", baseUrl: "https://proxy.example" } };
    const apiKey = key("good");
    expect((await give(apiKey)).statusCode).toBe(200);
    expect(await opened()).toEqual({ apiKey, baseUrl: server.baseUrl });
  });

  it("leaves no word of itself in what is kept of a request with an Idempotency-Key", async () => {
    const headers = { "idempotency-key": "give-a-key" };
    const body = { apiKey: key("good"), baseUrl: server.baseUrl };
    expect((await owner.call("PUT", url, { body, headers })).statusCode).toBe(200);
    const [record] = await own().find(IdempotencyRecord, {});
    expect(record?.responseBody).toBeNull();
    // Nor could a key be guessed from what makes two requests the same one.
    const plain = createHash("sha256").update(canonicalize({ url, asked: body }) ?? "");
    expect(record?.requestHash).toMatch(/^[0-9a-f]{64}$/);
    expect(record?.requestHash).not.toBe(plain.digest("hex"));
  });
});

describe("an address of the workspace's own", () => {
  it.each([
    ["http://127.0.0.1:1/v1", /only https is taken/],
    ["https://127.0.0.1/v1", /private/],
    ["https://localhost/v1", /private/],
    ["https://169.254.169.254/latest", /private/],
    ["https://[::ffff:10.0.0.1]/v1", /private/],
    ["https://8.8.8.8:8443/v1", /ports 80 and 443/],
    ["https://key:secret@8.8.8.8/v1", /user name and password/],
  ])("that is %s is refused before anything is kept", async (baseUrl, detail) => {
    const answer = await give(key("good"), { baseUrl });
    expect(answer.json(), answer.body).toMatchObject({
      status: 422,
      code: "address_refused",
      detail: expect.stringMatching(detail),
      errors: [{ pointer: "/baseUrl" }],
    });
    expect(await own().count(ProviderCredentials, {})).toBe(0);
  });

  it("is kept as it was read, whatever way it was written", async () => {
    const written = server.baseUrl.replace("http://", "HTTP://").replace("/v1", "/x/../v1");
    expect((await give(key("good"), { baseUrl: written })).statusCode).toBe(200);
    expect(await opened()).toMatchObject({ baseUrl: server.baseUrl });
  });

  it("is looked at again when it is called: what was open may be private by now", async () => {
    const { checkAddress } = api.context;
    api.context.checkAddress = async () => undefined;
    try {
      const answer = await give(key("good"), { baseUrl: hidden.baseUrl });
      expect(answer.json(), answer.body).toMatchObject({
        code: "provider_key_refused",
        reason: "address_refused",
      });
    } finally {
      api.context.checkAddress = checkAddress;
    }
    expect(hidden.asked).toEqual([]);
  });

  it("is not trusted because the installation's own is the same", async () => {
    environment = { openai: { apiKey: "the-operators", baseUrl: hidden.baseUrl } };
    const answer = await give(key("good"), { baseUrl: hidden.baseUrl });
    expect(answer.json()).toMatchObject({ status: 422, code: "address_refused" });
    expect(hidden.asked).toEqual([]);
  });
});

describe("who may", () => {
  it("remove keys, and with a password given lately give them: who rules the workspace", async () => {
    const body = { apiKey: key("good"), baseUrl: server.baseUrl };
    const editor = await guest(api, owner, "editor");
    for (const method of ["PUT", "DELETE"] as const) {
      const refused = await editor.call(method, url, { body });
      expect(refused.json(), method).toMatchObject({ status: 403, code: "missing_scope" });
    }
    expect((await editor.call("GET", "/v1/providers")).statusCode).toBe(200);
    ahead = 11 * 60_000;
    const late = await owner.call("PUT", url, { body });
    expect(late.json()).toMatchObject({ status: 403, code: "step_up_needed" });
    ahead = 0;
    expect((await put(body)).statusCode).toBe(200);
    ahead = 11 * 60_000;
    expect((await owner.call("DELETE", url)).statusCode).toBe(204);
    ahead = 0;
    const ruling = await program(api, owner, ["workspace:write", "generations:read"]);
    expect((await put(body, ruling)).statusCode).toBe(200);
  });

  it("not try one key after the other", async () => {
    api.setEngine("delayed");
    const answers = [];
    for (let tries = 0; tries < 31; tries += 1) answers.push(await give(key("good")));
    expect(answers.at(-2)?.statusCode).toBe(202);
    expect(answers.at(-1)?.json()).toMatchObject({ status: 429, code: "too_many_tries" });
  });

  it("use it: the workspace that it is of, and no other", async () => {
    const stranger = await person(api);
    const apiKey = key("good");
    expect((await give(apiKey)).statusCode).toBe(200);
    expect(await viewed(stranger)).toMatchObject({ configuredBy: null, credentials: null });
    expect(await opened(stranger)).toEqual({});
    expect((await stranger.call("DELETE", url)).statusCode).toBe(404);
    expect(await opened()).toMatchObject({ apiKey });
    // Nor is it of use in another's row, or for another provider.
    await onDatabase(api, (query) =>
      query("update provider_credentials set workspace_id = $2 where workspace_id = $1", [
        owner.workspaceId,
        stranger.workspaceId,
      ]),
    );
    await expect(opened(stranger)).rejects.toThrow(SealBroken);
    await onDatabase(api, (query) =>
      query(
        "update provider_credentials set workspace_id = $1, provider = 'google' where workspace_id = $2",
        [owner.workspaceId, stranger.workspaceId],
      ),
    );
    const google = { workspaceId: owner.workspaceId, provider: "google" };
    await expect(credentialsFor(deps, google)).rejects.toThrow(SealBroken);
  });
});

describe("what does not fit", () => {
  it.each([
    ["/v1/providers/nobody/credentials", {}, 404, undefined],
    ["/v1/providers/sandbox/credentials", {}, 422, "/apiKey"],
    ["/v1/providers/fal/credentials", { baseUrl: "https://8.8.8.8/" }, 422, "/baseUrl"],
    ["/v1/providers/google/credentials", { api: "chat", organization: "o" }, 422, "/api"],
    [url, { apiKey: "" }, 422, "/apiKey"],
    [url, { apiKey: "two\nlines" }, 422, "/apiKey"],
    [url, { apiKey: "schlüssel" }, 422, "/apiKey"],
    [url, { apiKey: "k".repeat(501) }, 422, "/apiKey"],
    [url, { baseUrl: "ftp://8.8.8.8/" }, 422, "/baseUrl"],
    [url, { baseUrl: "https://8.8.8.8/v1?x=1" }, 422, "/baseUrl"],
    [url, { baseUrl: "https://8.8.8.8//evil.example" }, 422, "/baseUrl"],
    [url, { baseUrl: "https://8.8.8.8/v1/\\evil.example" }, 422, "/baseUrl"],
    [url, { api: "both" }, 422, "/api"],
    [url, { extra: 1 }, 422, undefined],
  ])("is refused: %s %j", async (at, body, status, pointer) => {
    const apiKey = key("good");
    const answer = await put({ apiKey, ...body }, owner, at);
    expect(answer.statusCode, answer.body).toBe(status);
    if (pointer !== undefined)
      expect(answer.json<{ errors: { pointer: string }[] }>().errors).toContainEqual(
        expect.objectContaining({ pointer }),
      );
    expect(answer.body).not.toContain(apiKey);
    expect(await own().count(ProviderCredentials, {})).toBe(0);
  });
});

describe("a generation", () => {
  const model = "openai/gpt-5.4-mini";
  const text = { kind: "text", prompt: "a caption", model };
  const post = () => owner.call("POST", "/v1/generations", { body: text });
  const credits = async () =>
    (await own().findOneOrFail(WorkspaceDetails, { id: owner.workspaceId }, { refresh: true }))
      .credits;

  async function accepted() {
    const answer = await post();
    expect(answer.statusCode, answer.body).toBe(202);
    const ids = {
      workspaceId: owner.workspaceId,
      generationId: answer.json<{ id: string }>().id,
    };
    await createGenerationActivities(deps).planGeneration(ids);
    return { ...ids, index: 0 };
  }
  const ask = (ids: Awaited<ReturnType<typeof accepted>>) =>
    runActivity(createProviderActivities(deps).askProvider, ids);

  it("is made with the workspace's own key, as it is when the provider is asked", async () => {
    expect((await post()).json()).toMatchObject({ status: 422, code: "provider_not_configured" });
    const [first, second] = [key("good"), key("good")];
    await give(first);
    const ids = await accepted();
    await give(second);
    server.asked.length = 0;
    expect(await ask(ids)).toEqual({ kind: "stored" });
    expect(server.asked).toEqual([{ what: "POST /v1/responses", key: second }]);
  });

  it("fails where the key was removed meanwhile, and costs nothing", async () => {
    await give(key("good"));
    const before = await credits();
    const ids = await accepted();
    await owner.call("DELETE", url);
    server.asked.length = 0;
    const refused = await ask(ids);
    expect(refused).toMatchObject({ kind: "refused", code: "unauthorized" });
    const end = { status: "failed", code: "unauthorized", detail: "x" } as const;
    await createGenerationActivities(deps).endGeneration({ ...ids, ...end });
    expect(server.asked).toEqual([]);
    expect(await credits()).toBe(before);
  });

  it("asks no provider that the workspace has forbidden meanwhile", async () => {
    await give(key("good"));
    const before = await credits();
    const ids = await accepted();
    const allowedProviders = ["sandbox"];
    await owner.call("PATCH", "/v1/workspace", { body: { allowedProviders } });
    server.asked.length = 0;
    const refused = await ask(ids);
    expect(refused).toMatchObject({
      kind: "refused",
      code: "provider_forbidden",
      detail: expect.stringContaining("OpenAI"),
    });
    expect(server.asked).toEqual([]);
    expect(await own().count(GenerationCall, { generationId: ids.generationId })).toBe(0);
    if (refused.kind !== "refused") throw new Error("it was not refused");
    const { code, detail } = refused;
    await createGenerationActivities(deps).endGeneration({
      ...ids,
      status: "failed",
      code,
      detail,
    });
    expect(await credits()).toBe(before);
    const view = await owner.call("GET", `/v1/generations/${ids.generationId}`);
    expect(view.json()).toMatchObject({ status: "failed", error: { code: "provider_forbidden" } });
    expect((await post()).json()).toMatchObject({ status: 422, code: "provider_forbidden" });
  });
});

// Last: it looks at everything that the tests above left behind.
it("no key stands in any table, answer or line of the log", async () => {
  await give(key("good"));
  await give(key("bad"));
  expect(server.keys.size).toBeGreaterThan(40);
  const words = Object.fromEntries([...server.keys.keys()].map((one) => [one, one]));
  expect(await findInDatabase(api.database, words)).toEqual(new Map());
  const said = [...answered, ...logged].join("\n");
  expect(logged.length).toBeGreaterThan(100);
  expect([...server.keys.keys()].filter((one) => said.includes(one))).toEqual([]);
});
