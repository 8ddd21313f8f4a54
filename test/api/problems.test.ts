import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inWorkspace } from "#db/orm.ts";
import { Agent } from "#db/entities/index.ts";
import { buildApp } from "#api/app.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";

let api: TestApi;
let owner: Caller;

beforeAll(async () => {
  api = await startApi();
  owner = await person(api);
});

afterAll(async () => {
  await api?.close();
});

describe("a body that does not fit", () => {
  it("says of each fault where and what, in plain words", async () => {
    const answer = await owner.call("POST", "/v1/api-keys", {
      body: { name: 5, scopes: [], "a/b": 1 },
    });
    expect(answer.json()).toMatchObject({
      status: 422,
      code: "invalid_request",
      detail: expect.stringMatching(/^The body is not valid: /),
      errors: [
        { pointer: "/name", detail: "must be text" },
        { pointer: "/scopes", detail: "needs at least 1 item" },
        { pointer: "", detail: "holds what is not known here: a/b" },
      ],
    });
  });

  it.each([{}, { "content-type": "application/json" }])(
    "is missing where it is empty: %j",
    async (headers) => {
      const answer = await api.app.inject({
        method: "POST",
        url: "/v1/api-keys",
        headers: { ...owner.headers, ...headers },
      });
      expect(answer.json()).toMatchObject({
        status: 422,
        detail: "The body is missing.",
        errors: [{ pointer: "", detail: "is missing" }],
      });
    },
  );

  it("is told the limit where it is too large", async () => {
    const answer = await owner.call("POST", "/v1/posts", { body: { text: "x".repeat(1_100_000) } });
    expect(answer.json()).toMatchObject({
      status: 413,
      code: "too_large",
      detail: "The body is too large: at most 1 MB.",
    });
  });

  it.each(["text/csv", "application/json", "image/png"])(
    "is told what an upload comes as, instead of %s",
    async (type) => {
      const headers = { ...owner.headers, "content-type": type };
      const answer = await api.app.inject({
        method: "POST",
        url: "/v1/assets",
        headers,
        body: "1",
      });
      expect(answer.json()).toMatchObject({
        status: 415,
        title: "Wrong content type",
        detail: expect.stringContaining("multipart/form-data"),
      });
    },
  );
});

describe("an address that is there", () => {
  it.each([
    ["DELETE", "/v1/me", "GET, HEAD"],
    ["DELETE", "/v1/posts?limit=2", "GET, HEAD, POST"],
    ["GET", "/v1/auth/login", "POST"],
    ["POST", "/v1/agents/anything", "GET, HEAD"],
    ["POST", "/", "GET, HEAD"],
  ] as const)("refuses %s %s with what it takes", async (method, url, allow) => {
    const answer = await owner.call(method, url);
    expect(answer.json()).toMatchObject({ status: 405, code: "method_not_allowed" });
    expect(answer.headers["allow"]).toBe(allow);
  });

  it("is told from one that is not", async () => {
    for (const url of ["/v1/nothing", "/v1/posts/a/b/c", "/v1xme"]) {
      const answer = await owner.call("DELETE", url);
      expect(answer.json(), url).toMatchObject({ status: 404, code: "not_found" });
      expect(answer.headers["allow"]).toBeUndefined();
    }
  });
});

describe("an agent whose provider is not configured", () => {
  const agent = {
    name: "a",
    brief: "b",
    channelIds: ["0199b1b0-0000-7000-8000-000000000000"],
    schedule: { days: ["mon"], times: ["09:00"], timeZone: "UTC" },
  };

  it("is refused at once, by name and by default", async () => {
    const named = await owner.call("POST", "/v1/agents", {
      body: { ...agent, model: "openai/gpt-5.4-mini" },
    });
    expect(named.json()).toMatchObject({
      status: 422,
      code: "provider_not_configured",
      detail: expect.stringContaining("Set OPENAI_API_KEY and restart"),
    });
    const app = await buildApp({ ...api.context, defaultProvider: "openai" });
    try {
      const unnamed = await app.inject({
        method: "POST",
        url: "/v1/agents",
        headers: owner.headers,
        payload: agent,
      });
      expect(unnamed.json()).toMatchObject({ status: 422, code: "provider_not_configured" });
    } finally {
      await app.close();
    }
    expect(await inWorkspace(api.context.orm, owner.workspaceId).count(Agent, {})).toBe(0);
  });

  it("goes on where the key is there", async () => {
    const app = await buildApp({ ...api.context, providerCredentials: () => ({ apiKey: "k" }) });
    try {
      const answer = await app.inject({
        method: "POST",
        url: "/v1/agents",
        headers: owner.headers,
        payload: { ...agent, model: "openai/gpt-5.4-mini" },
      });
      // As far as the channel, which is not there.
      expect(answer.json()).toMatchObject({ status: 404, errors: [{ pointer: "/channelIds/0" }] });
    } finally {
      await app.close();
    }
  });
});

describe("the console's page", () => {
  const page = async (overrides: { startCommand: string; publicUrl?: string }) => {
    const built = { page: '<meta data-start-command="{{startCommand}}" />', files: new Map() };
    const app = await buildApp({ ...api.context, ...overrides, console: built });
    try {
      return (await app.inject({ method: "GET", url: "/" })).body;
    } finally {
      await app.close();
    }
  };

  it("knows the command that started the installation, whatever is in a folder's name", async () => {
    const startCommand = `npm start -- --data-dir '/srv/$& "x" <y>'`;
    expect(await page({ startCommand })).toContain(
      `data-start-command="npm start -- --data-dir &#39;/srv/$&amp; &quot;x&quot; &lt;y&gt;&#39;"`,
    );
  });

  it("names no folder of this machine where others can read it", async () => {
    const body = await page({
      startCommand: "npm start -- --data-dir /srv/secret",
      publicUrl: "https://drumbeat.example",
    });
    expect(body).not.toContain("/srv/secret");
    expect(body).toContain('data-start-command="npm start --"');
  });
});
