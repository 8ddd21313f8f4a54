import { SqlEntityManager } from "@mikro-orm/sql";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Post, Target } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { keyScopes } from "#domain/permissions.ts";
import { readOpenApi } from "../../scripts/lib/read-openapi.ts";
import { operationsOf, type Operation } from "../../scripts/lib/openapi-document.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { asSuperuser, tenantTables } from "../harness/tenant-rows.ts";
import { person, program, type Caller } from "./callers.ts";
import {
  addAgent,
  addAsset,
  addChannel,
  addDeliveries,
  addOfflineText,
  addRendition,
  addRun,
  addUpload,
  checksumOf,
  sealPost,
} from "./rows.ts";

/** Text that stands in the other workspace's rows, and must stand in no answer. */
const secret = "Saffron cormorant 90217";

/** Which row of the other workspace an id in an address means, by the word before it. */
const pathIds: Record<string, string> = {
  "api-keys": "apiKey",
  agents: "agent",
  assets: "asset",
  channels: "channel",
  connections: "connection",
  deliveries: "webhookDelivery",
  generations: "generation",
  invitations: "invitation",
  members: "member",
  posts: "post",
  queues: "channel",
  renditions: "rendition",
  runs: "run",
  series: "series",
  sessions: "session",
  uploads: "upload",
  webhooks: "webhook",
};

/** The same for ids in queries and bodies, by their name. */
const namedIds: Record<string, string> = {
  agentId: "agent",
  assetId: "asset",
  captionsFrom: "generation",
  assets: "asset",
  channelId: "channel",
  channelIds: "channel",
  seriesId: "series",
  targetId: "target",
  targetIds: "target",
  workspaceId: "workspace",
};

/** Parts of an address that are no ids. */
const words: Record<string, string> = { platform: "sandbox", name: "openai" };

/**
 * Operations that are not tried with another's ids, and why. What is tried and can't be filled fails.
 */
const untried: Record<string, string> = {
  "GET /v1/events": "a stream of one's own workspace: events.test.ts reads two side by side",
  "GET /media/{workspaceId}/{kind}/{id}":
    "asks for a signature instead of a caller: media.test.ts tries those of others",
  "POST /v1/uploads": "takes bytes by the tus protocol, and no id",
  "PATCH /v1/uploads/{id}":
    "takes bytes by the tus protocol: uploads.test.ts and access.test.ts try another's",
  "GET /v1/posts/export": "answers with a file, which is read in csv.test.ts",
  "POST /v1/posts/import": "takes a file: csv.test.ts names another's channel and asset in one",
  "POST /v1/notifications/seen": "marks what is one's own and says nothing of the rest",
  "POST /v1/operator/grants":
    "an operator's, for any workspace on purpose: credits.test.ts tries it as somebody else",
  "GET /v1/oauth/{platform}/callback": "takes a state that only its browser holds, and no id",
};

let api: TestApi;
let theirs: Caller;
let ids: Record<string, string>;
let tries: Try[];

interface Try {
  name: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: string;
  body: object | undefined;
  /** Whether an id of the other workspace is in the address, the body or the query. */
  place: "path" | "body" | "query" | "none";
}

beforeAll(async () => {
  api = await startApi();
  theirs = await person(api);
  ids = await everything();
  const description = (await api.app.inject({ url: "/openapi.json" })).json<unknown>();
  tries = [...operationsOf(readOpenApi(description))]
    .filter(([name]) => !(name in untried))
    .map(([name, operation]) => fill(name, operation));
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(async () => {
  await api?.close();
});

/** A row of every kind in the other workspace. */
async function everything(): Promise<Record<string, string>> {
  const { workspaceId } = theirs;
  const { channelId, connectionId } = await addChannel(api, workspaceId);
  const assetId = await addAsset(api, workspaceId);
  const agentId = await addAgent(api, workspaceId, { channelId });
  const made = async (url: string, body: object) => {
    const answer = await theirs.call("POST", url, { body });
    expect(answer.statusCode, answer.body).toBeLessThan(300);
    return answer.json<{ id: string }>().id;
  };
  const postId = await made("/v1/posts", {
    content: { text: secret },
    assets: [{ id: assetId }],
    targets: [{ channelId }],
    schedule: { mode: "at", at: "2099-01-01T00:00:00Z" },
  });
  const em = inWorkspace(api.context.orm, workspaceId);
  const post = await em.findOneOrFail(Post, { id: postId });
  const rendition = await addRendition(api, workspaceId, { assetId, postIds: [postId] });
  await sealPost(api, post);
  await addDeliveries(api, post, "claimed");
  const listed = async (url: string) =>
    (await theirs.call("GET", url)).json<{ data: { id: string }[] }>().data[0]?.id ?? "";
  const webhook = await made("/v1/webhooks", { url: "https://8.8.8.8/", description: secret });
  const tested = await theirs.call("POST", `/v1/webhooks/${webhook}/test`);
  return {
    webhook,
    webhookDelivery: tested.json<{ deliveryId: string }>().deliveryId,
    workspace: workspaceId,
    channel: channelId,
    connection: connectionId,
    asset: assetId,
    rendition: rendition.id,
    upload: await addUpload(api, workspaceId, secret),
    agent: agentId,
    post: postId,
    target: (await em.findOneOrFail(Target, { postId })).id,
    run: await addRun(api, workspaceId, { agentId, status: "running", postId }),
    generation: await addOfflineText(api, workspaceId, secret),
    series: await made("/v1/series", {
      content: { text: secret },
      targets: [{ channelId }],
      rrule: "FREQ=DAILY",
      start: "2099-01-01T09:00",
      timeZone: "UTC",
    }),
    apiKey: await made("/v1/api-keys", { name: secret, scopes: ["posts:read"] }),
    invitation: await made("/v1/invitations", { email: "eve@example.org", role: "viewer" }),
    member: await listed("/v1/members"),
    session: await listed("/v1/sessions"),
  };
}

function idOf(kind: string | undefined, where: string): string {
  const id = kind === undefined ? undefined : ids[kind];
  if (!id) throw new Error(`${where}: which row is meant? Add it to this file's tables.`);
  return id;
}

/** The operation's request with the other workspace's ids wherever an id can stand. */
function fill(name: string, operation: Operation): Try {
  const [method = "", path = ""] = name.split(" ");
  let place: Try["place"] = "none";
  const url = path.replaceAll(/([a-z-]+)\/\{(\w+)\}/g, (_all, word: string, parameter: string) => {
    const value = words[parameter];
    if (value) return `${word}/${value}`;
    place = "path";
    return `${word}/${idOf(pathIds[word], name)}`;
  });
  const query = operation.parameters.flatMap((parameter) => {
    if (parameter.in !== "query" || !isId(parameter.schema)) return [];
    if (place === "none") place = "query";
    return [`${parameter.name}=${idOf(namedIds[parameter.name], name)}`];
  });
  const media = operation.requestBody?.content["application/json"];
  if (operation.requestBody && !media && !operation.requestBody.content["multipart/form-data"])
    throw new Error(`${name}: what is its body?`);
  const body = media && withTheirIds(media["example"], name);
  if (body?.filled && place === "none") place = "body";
  return {
    name,
    method: method as Try["method"],
    url: query.length > 0 ? `${url}?${query.join("&")}` : url,
    body: body?.value as object | undefined,
    place,
  };
}

function isId(schema: unknown): boolean {
  return JSON.stringify(schema ?? {}).includes('"format":"uuid"');
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The example with every id in it exchanged, by the name of the member that holds it. */
function withTheirIds(
  example: unknown,
  where: string,
  member?: string,
): { value: unknown; filled: boolean } {
  if (typeof example === "string" && uuid.test(example))
    return { value: idOf(namedIds[member ?? ""], `${where} ${member}`), filled: true };
  if (typeof example !== "object" || example === null) return { value: example, filled: false };
  const parts = Object.entries(example).map(([name, value]) => {
    const called = Array.isArray(example) || name === "id" ? member : name;
    return [name, withTheirIds(value, where, called)] as const;
  });
  const filled = parts.some(([, part]) => part.filled);
  const values = parts.map(([name, part]) => [name, part.value] as const);
  return {
    value: Array.isArray(example) ? values.map(([, value]) => value) : Object.fromEntries(values),
    filled,
  };
}

/** Everybody who may do most in a workspace of their own: a person, and a program with every scope. */
async function strangers(): Promise<[string, Caller][]> {
  const someone = await person(api);
  return [
    ["a session", someone],
    ["a key", await program(api, someone, [...keyScopes])],
  ];
}

function expectNothingOf(body: string, name: string): void {
  expect(body, name).not.toContain(secret);
  // What was sent may come back, as in an error about it; what was not sent must not.
  expect(body, name).not.toContain(theirs.workspaceId);
}

describe("another workspace's ids", () => {
  it("stand in most operations, and every operation is tried or excused", () => {
    const count = (place: Try["place"]) => tries.filter((one) => one.place === place).length;
    expect(count("path")).toBeGreaterThan(28);
    expect(count("body")).toBeGreaterThanOrEqual(3);
    expect(count("query")).toBeGreaterThanOrEqual(1);
    for (const reason of Object.values(untried)) expect(reason.length).toBeGreaterThan(20);
  });

  it("are answered with 404 by session and by key, like ids of nobody, and no row changes", async () => {
    const before = await checksumOf(api, theirs.workspaceId);
    const told = api.told.length;
    for (const [who, caller] of await strangers()) {
      for (const { name, method, url, body, place } of tries) {
        if (place === "none") continue;
        const answer = await caller.call(method, url, body ? { body } : {});
        const say = `${who}: ${name} ${answer.statusCode} ${answer.body.slice(0, 300)}`;
        expectNothingOf(answer.body.replaceAll(ids["workspace"] ?? "", ""), say);
        if (place === "query") {
          expect(answer.statusCode, say).toBe(200);
          expect(answer.json(), say).toMatchObject({ data: [] });
        } else if (answer.json<{ code: string }>().code === "session_needed") {
          expect(who).toBe("a key");
        } else if (place === "path") {
          expect(answer.json(), say).toMatchObject({ status: 404, code: "not_found" });
        } else {
          // Where the id is one of several members, the problem says which one.
          expect([404, 422], say).toContain(answer.statusCode);
          expect(answer.json<{ code: string }>().code, say).toMatch(
            /^(not_found|rows_refused|unknown_)/,
          );
        }
      }
    }
    expect(await checksumOf(api, theirs.workspaceId)).toEqual(before);
    expect(api.told).toHaveLength(told);
  });

  it("are in no answer to somebody who names none", async () => {
    for (const [who, caller] of await strangers()) {
      for (const { name, url, place } of tries) {
        if (place !== "none" || !name.startsWith("GET ")) continue;
        const answer = await caller.call("GET", url);
        const say = `${who}: ${name} ${answer.body.slice(0, 300)}`;
        expectNothingOf(answer.body, say);
        for (const id of Object.values(ids)) expect(answer.body, say).not.toContain(id);
      }
    }
  });

  it("give no kept answer away: an Idempotency-Key is the caller's own", async () => {
    const headers = { "idempotency-key": "the-same-for-both" };
    const body = { name: secret, scopes: ["posts:read"] };
    const first = await theirs.call("POST", "/v1/api-keys", { body, headers });
    expect(first.statusCode, first.body).toBe(201);
    for (const [who, caller] of await strangers()) {
      const answer = await caller.call("POST", "/v1/api-keys", { body, headers });
      expect(answer.statusCode, `${who} ${answer.body}`).toBe(201);
      expect(answer.headers["idempotent-replayed"], who).toBeUndefined();
      expect(answer.json<{ id: string }>().id).not.toBe(first.json<{ id: string }>().id);
    }
  });
});

describe("with every filter of the API removed", () => {
  /** Makes each query on tenants' tables ask for everything: what is left is row-level security. */
  async function removeFilters(): Promise<() => number> {
    const tenants = new Set(await asSuperuser(api.database, tenantTables));
    let removed = 0;
    for (const method of ["find", "findOne", "findOneOrFail", "count"] as const) {
      const real = SqlEntityManager.prototype[method] as (...all: unknown[]) => unknown;
      vi.spyOn(SqlEntityManager.prototype, method).mockImplementation(function (
        this: SqlEntityManager,
        ...all: unknown[]
      ) {
        const [entity, where, ...rest] = all;
        const { tableName } = this.getMetadata().get(entity as never);
        if (!tenants.has(tableName)) return real.call(this, entity, where, ...rest) as never;
        removed += 1;
        const open = method.startsWith("findOne") ? { id: { $ne: null } } : {};
        return real.call(this, entity, open, ...rest) as never;
      });
    }
    return () => removed;
  }

  it("row-level security alone gives nothing of it away and lets nothing be changed", async () => {
    const callers = await strangers();
    const before = await checksumOf(api, theirs.workspaceId);
    const removed = await removeFilters();
    for (const [who, caller] of callers) {
      for (const { name, method, url, body } of tries) {
        if (/\/(auth|sessions)\b/.test(name) || method === "DELETE") continue;
        const answer = await caller.call(method, url, body ? { body } : {});
        const say = `${who}: ${name} ${answer.statusCode} ${answer.body.slice(0, 300)}`;
        expect(answer.body, say).not.toContain(secret);
        if (answer.statusCode >= 400) continue;
        for (const [kind, id] of Object.entries(ids))
          if (!url.includes(id)) expect(answer.body, `${say} ${kind}`).not.toContain(id);
      }
    }
    expect(removed()).toBeGreaterThan(100);
    expect(await checksumOf(api, theirs.workspaceId)).toEqual(before);
  });
});
