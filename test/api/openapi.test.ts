import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Asset } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { inWorkspace } from "#db/orm.ts";
import { keyScopes } from "#domain/permissions.ts";
import { readOpenApi } from "../../scripts/lib/read-openapi.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, program, type Caller } from "./callers.ts";
import { routesOf } from "./routes.ts";
import { addAgent, addAsset, addChannel, addRun } from "./rows.ts";

interface Operation {
  summary?: string;
  tags?: string[];
  security?: object[];
  parameters?: { name: string; in: string; required?: boolean; schema?: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<
    string,
    { description?: string; content?: Record<string, { schema: Record<string, unknown> }> }
  >;
}

interface Description {
  openapi: string;
  info: { title: string; version: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
}

let api: TestApi;
let owner: Caller;
let description: Description;

beforeAll(async () => {
  api = await startApi();
  owner = await person(api);
  const served = (await api.app.inject({ url: "/openapi.json" })).json<Description>();
  // What operations refer to stands in their place.
  const { paths } = readOpenApi(served);
  description = { ...served, paths: JSON.parse(JSON.stringify(paths)) };
});

afterAll(async () => {
  await api?.close();
});

const operations = () =>
  Object.entries(description.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      operation,
    })),
  );

/** Every object within a JSON value, with a pointer to it. */
function* objectsIn(value: unknown, pointer = "#"): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield [pointer, value as Record<string, unknown>];
  for (const [name, member] of Object.entries(value))
    yield* objectsIn(member, `${pointer}/${name}`);
}

describe("the description", () => {
  it("is OpenAPI 3.1, of this installation", () => {
    expect(description).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\.\d$/),
      info: { title: "Drumbeat", version: "1" },
      servers: [{ url: "/" }],
      components: { securitySchemes: { apiKey: { type: "http", scheme: "bearer" } } },
    });
  });

  it("has every route under /v1, and no other", () => {
    const declared = routesOf(api)
      // OPTIONS is how a protocol asks what can be done.
      .filter(({ method, url }) => url.startsWith("/v1/") && method !== "OPTIONS")
      .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, "{$1}")}`);
    const described = operations()
      .map(({ name }) => name)
      .filter((name) => name.includes("/v1/"));
    expect(described.sort()).toEqual(declared.sort());
  });

  it("resolves every reference, and speaks JSON Schema 2020-12 and not the dialect of 3.0", () => {
    const types = ["null", "boolean", "object", "array", "number", "integer", "string"];
    let references = 0;
    for (const [pointer, object] of objectsIn(description)) {
      const reference = object["$ref"];
      if (typeof reference === "string") {
        references += 1;
        const target = reference
          .split("/")
          .slice(1)
          .reduce<unknown>(
            (at, name) => (at as Record<string, unknown> | undefined)?.[name],
            description,
          );
        expect(target, `${pointer} refers to ${reference}`).toBeTypeOf("object");
      }
      if (!pointer.includes("/schema") || /\/(properties|default|example|settings)$/.test(pointer))
        continue;
      expect(object, pointer).not.toHaveProperty("nullable");
      expect(typeof object["exclusiveMinimum"], pointer).not.toBe("boolean");
      for (const type of [object["type"]].flat())
        if (typeof type === "string") expect(types, pointer).toContain(type);
      const required = object["required"];
      if (Array.isArray(required) && typeof object["properties"] === "object") {
        for (const name of required) expect(object["properties"], pointer).toHaveProperty([name]);
      }
    }
    expect(references).toBeGreaterThan(100);
  });

  it("says of each operation what it is, what it takes and what it answers", () => {
    for (const { name, path, operation } of operations()) {
      expect(operation.summary, name).toMatch(/^[A-Z].{5,}/);
      expect(operation.tags, name).toHaveLength(1);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const parameters = operation.parameters ?? [];
      const declared = parameters.filter((one) => one.in === "path");
      expect(declared.map((one) => one.name).sort(), name).toEqual(inPath.sort());
      for (const one of declared) expect(one.required, `${name} ${one.name}`).toBe(true);
      const places = parameters.map((one) => `${one.in} ${one.name}`);
      expect(new Set(places).size, name).toBe(places.length);
      const statuses = Object.keys(operation.responses);
      expect(
        statuses.some((status) => /^2\d\d$/.test(status)),
        name,
      ).toBe(true);
      if (path.startsWith("/v1/")) {
        for (const status of ["422", "429", "500", "503"]) expect(statuses, name).toContain(status);
        if ((operation.security ?? []).length > 0) expect(statuses, name).toContain("401");
      }
      if (/\/\{id\}/.test(path)) expect(statuses, name).toContain("404");
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(response.description, `${name} ${status}`).toBeTypeOf("string");
        // A page for people, and a range that a file does not have, are no problem documents.
        if (Number(status) < 400 || status === "416" || path.includes("/oauth/")) continue;
        expect(Object.keys(response.content ?? {}), `${name} ${status}`).toEqual([
          "application/problem+json",
        ]);
      }
    }
  });

  it("is shown at /docs, from this origin alone", async () => {
    const page = await api.app.inject({ url: "/docs" });
    const html = page.statusCode === 302 ? await api.app.inject({ url: "/docs/" }) : page;
    expect(html.statusCode).toBe(200);
    expect(html.headers["content-type"]).toContain("text/html");
    expect(html.body).not.toMatch(/(src|href)="https?:/);
    expect(html.headers["content-security-policy"]).toContain("default-src");
  });
});

// Strings that have broken something somewhere, and JSON of any shape.
const oddText = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "\u0000",
    "a\u0000b",
    "\ud800",
    "\udc00x",
    "__proto__",
    "constructor",
    "null",
    "NaN",
    "1e999",
    "-1",
    "9".repeat(400),
    "é".repeat(3_000),
    "👩‍👩‍👧‍👦",
    "2027-02-30",
    "+275760-09-13T00:00:00Z",
    "-271821-04-20T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "' or 1=1 --",
    "{}",
    "00000000-0000-0000-0000-000000000000",
    "../../etc/passwd",
    "%s%n",
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.uuid(),
);
const odd: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom(null, true, 0, -1, 1.5, 2 ** 31, 2 ** 53, -1e308, [], {}, [[]], [null]),
  fc.jsonValue({ maxDepth: 3 }),
);

/** The body with one of its members, at any depth, replaced, removed or added to. */
function mutated(body: unknown): fc.Arbitrary<unknown> {
  const places = [...objectsIn(body)].flatMap(([pointer, object]) =>
    [...Object.keys(object), "unknown"].map((name) => [...pointer.split("/").slice(1), name]),
  );
  return fc
    .record({ place: fc.constantFrom(...places), value: fc.option(odd, { nil: undefined }) })
    .map(({ place, value }) => {
      const copy: unknown = structuredClone(body);
      const parent = place
        .slice(0, -1)
        .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], copy);
      Object.assign(parent as object, { [place.at(-1) ?? ""]: value });
      return copy;
    });
}

describe("malformed input", () => {
  const seed = 20_261_122;
  let known: Record<string, string>;
  let bodies: Record<string, object>;
  let all: Caller;

  beforeAll(async () => {
    const { workspaceId } = owner;
    const { channelId, connectionId } = await addChannel(api, workspaceId);
    const assetId = await addAsset(api, workspaceId);
    const { blobKey: key, contentType } = await inWorkspace(
      api.context.orm,
      workspaceId,
    ).findOneOrFail(Asset, { id: assetId });
    await api.context.storage.put({ key, contentType, data: Buffer.from("png") });
    const agentId = await addAgent(api, workspaceId, { channelId });
    const post = {
      content: { text: "Ahoy", title: "Harbour" },
      assets: [{ id: assetId, altText: "A crane" }],
      targets: [{ channelId, overrides: { text: "Hi" }, settings: {} }],
      schedule: { mode: "at", at: "2099-01-01T09:00", timeZone: "Europe/Berlin" },
    };
    const accepted = await owner.call("POST", "/v1/posts", { body: post });
    known = {
      posts: accepted.json().id,
      assets: assetId,
      connections: connectionId,
      agents: agentId,
      runs: await addRun(api, workspaceId, { agentId, status: "running" }),
    };
    const schedule = { days: ["mon"], times: ["09:00"], timeZone: "Europe/Berlin" };
    bodies = {
      "POST /v1/auth/register": { name: "a", email: "no address", password: "x" },
      "POST /v1/auth/login": { email: "no address", password: "x" },
      "POST /v1/api-keys": { name: "k", scopes: ["posts:read"], expiresAt: "2099-01-01T00:00:00Z" },
      "POST /v1/connections": { platform: "none", credentials: { a: "b" } },
      "POST /v1/generations": { kind: "text", prompt: "x", settings: { seed: 1 }, inputs: [] },
      "POST /v1/posts": { ...post, approval: "required" },
      "PATCH /v1/posts/{id}": post,
      "POST /v1/posts/{id}/approve": { contentHash: "0".repeat(64), acceptSandboxOutput: true },
      "POST /v1/posts/{id}/reject": { reason: "no" },
      "POST /v1/agents": {
        name: "a",
        brief: "b",
        brandVoice: "c",
        channelIds: [channelId],
        schedule,
      },
      "POST /v1/operator/codec/decode": {
        payloads: [{ metadata: { encoding: "eA==" }, data: "eA==" }],
      },
    };
    all = await program(api, owner, [...keyScopes]);
  });

  /** The address with odd text in its places, as it would come over the wire. */
  const address = (path: string, { segment, query }: { segment: string; query: string }) =>
    path.replaceAll(/\{\w+\}/g, segment) + query;

  const encoded = (text: string) => encodeURIComponent(text.toWellFormed());
  const segments = (path: string) =>
    fc.oneof(
      fc.constantFrom(
        known[path.split("/")[2] ?? ""] ?? newId(),
        newId(),
        "%00",
        "%ED%A0%80",
        "%",
        "%2e%2e%2f",
        "x".repeat(300),
      ),
      oddText.map((text) => encoded(text) || "-"),
    );
  const queries = fc.oneof(
    fc.constant(""),
    fc
      .array(
        fc.tuple(
          fc.constantFrom(
            "limit",
            "cursor",
            "status",
            "channelId",
            "agentId",
            "kind",
            "__proto__",
            "state",
            "code",
          ),
          oddText,
        ),
        { minLength: 1, maxLength: 3 },
      )
      .map((pairs) => `?${pairs.map(([name, text]) => `${name}=${encoded(text)}`).join("&")}`),
    fc.constantFrom("?", "?&&=", "?limit[]=1", "?%00=%00", "?cursor=%ED%A0%80"),
  );

  it("is never our fault, on any route, and is answered as the description says", async () => {
    let asked = 0;
    for (const { name, path, operation } of operations()) {
      // It would end the session that the others need.
      if (name === "POST /v1/auth/logout") continue;
      // Its answer does not end, and `inject` waits for the end.
      if ("text/event-stream" in (operation.responses["200"]?.content ?? {})) continue;
      const method = name.split(" ")[0] as "GET";
      const base = bodies[name];
      const payloads = base ? fc.oneof({ weight: 4, arbitrary: mutated(base) }, odd) : odd;
      const caller = name.includes("/operator/") ? owner : all;
      await fc.assert(
        fc.asyncProperty(
          segments(path),
          queries,
          method === "GET" ? fc.constant(undefined) : fc.option(payloads, { nil: undefined }),
          async (segment, query, payload) => {
            asked += 1;
            const answer = await api.app.inject({
              method,
              url: address(path, { segment, query }),
              headers: {
                ...caller.headers,
                ...(payload === undefined ? {} : { "content-type": "application/json" }),
              },
              ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
            });
            if (answer.statusCode >= 500) throw new Error(`${name} ${query} ${answer.body}`);
            // The router itself refuses addresses that lead nowhere.
            const elsewhere = [400, 404].includes(answer.statusCode);
            if (!elsewhere)
              expect(Object.keys(operation.responses)).toContain(String(answer.statusCode));
            if (answer.statusCode >= 400 && !path.includes("/oauth/"))
              expect(answer.headers["content-type"]).toBe("application/problem+json");
          },
        ),
        { seed, numRuns: name.includes("/auth/") ? 15 : 40, endOnFailure: true },
      );
    }
    expect(asked).toBeGreaterThan(1_000);
  });

  it("is text that no database can hold, in whatever place", async () => {
    let places = 0;
    for (const [name, body] of Object.entries(bodies)) {
      const [method = "", path = ""] = name.split(" ");
      const caller = name.includes("/operator/") ? owner : all;
      for (const [pointer, object] of objectsIn(body)) {
        for (const [member, value] of Object.entries(object)) {
          if (typeof value !== "string") continue;
          for (const broken of ["a\u0000b", "\ud800"]) {
            const copy: object = structuredClone(body);
            const parent = pointer
              .split("/")
              .slice(1)
              .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], copy);
            Object.assign(parent as object, { [member]: broken });
            const answer = await api.app.inject({
              method: method as "POST",
              url: path.replace("{id}", known[path.split("/")[2] ?? ""] ?? ""),
              headers: { ...caller.headers, "content-type": "application/json" },
              payload: JSON.stringify(copy),
            });
            const at = `${pointer.slice(1)}/${member}`;
            expect(answer.json(), `${name} ${at} ${answer.body}`).toMatchObject({ status: 422 });
            expect(answer.json().errors, at).toMatchObject([{ pointer: at }]);
            places += 1;
          }
        }
      }
    }
    expect(places).toBeGreaterThan(50);
    for (const url of ["/v1/posts?cursor=%00", "/v1/posts/%00", "/v1/connections?platform=%00"]) {
      const answer = await api.app.inject({ url, headers: all.headers });
      expect(answer.json(), url).toMatchObject({ status: 422, code: "invalid_request" });
    }
  });

  it.each<[string, string, number]>([
    ["nothing", "", 422],
    ["half of JSON", '{"name":', 400],
    ["a prototype", '{"__proto__":{"scopes":[]}}', 400],
    ["no object", "[]", 422],
    ["deep JSON", `{"name":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, 422],
    ["much JSON", JSON.stringify({ name: "x".repeat(1_100_000) }), 413],
  ])("as %s is refused as a problem", async (_what, payload, status) => {
    const headers = { ...all.headers, "content-type": "application/json" };
    const answer = await api.app.inject({ method: "POST", url: "/v1/api-keys", headers, payload });
    expect(answer.json()).toMatchObject({ status, requestId: answer.headers["x-request-id"] });
    expect(answer.headers["content-type"]).toBe("application/problem+json");
  });
});
