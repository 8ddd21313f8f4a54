import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Member, Post } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { keyScopes } from "#domain/permissions.ts";
import type { MemberRole } from "#domain/states.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { guest, person, program, type Caller } from "./callers.ts";
import { routesOf } from "./routes.ts";
import { addAgent, addChannel, checksumOf, endPost, sealPost } from "./rows.ts";

/** A request that would make something public, or let something go public without asking a person. */
interface Request {
  method: "POST" | "PATCH";
  url: string;
  body?: object;
  headers?: Record<string, string>;
}

let api: TestApi;
let owner: Caller;
let channelId: string;

beforeAll(async () => {
  api = await startApi();
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  owner = await person(api);
  ({ channelId } = await addChannel(api, owner.workspaceId));
});

const post = (approval: "none" | "required") => ({
  content: { text: "hello" },
  targets: [{ channelId }],
  schedule: { mode: "at", at: "2099-01-01T00:00:00Z" },
  approval,
});

const agent = (autonomy: string) => ({
  name: "a",
  brief: "b",
  channelIds: [channelId],
  schedule: { days: ["mon"], times: ["09:00"], timeZone: "Europe/Berlin" },
  autonomy,
});

const series = (approval: "none" | "required") => ({
  content: { text: "hello" },
  targets: [{ channelId }],
  rrule: "FREQ=DAILY",
  start: "2099-01-01T09:00",
  timeZone: "UTC",
  approval,
});

async function madeSeries(approval: "none" | "required", verb?: "pause"): Promise<string> {
  const answer = await owner.call("POST", "/v1/series", { body: series(approval) });
  expect(answer.statusCode, answer.body).toBe(201);
  const { id } = answer.json<{ id: string }>();
  if (verb) await owner.call("POST", `/v1/series/${id}/${verb}`);
  return id;
}

const read = (id: string) =>
  inWorkspace(api.context.orm, owner.workspaceId).findOneOrFail(Post, { id });

async function accepted(approval: "none" | "required"): Promise<string> {
  const answer = await owner.call("POST", "/v1/posts", { body: post(approval) });
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<{ id: string }>().id;
}

async function awaiting(): Promise<{ id: string; contentHash: string | null | undefined }> {
  const id = await accepted("required");
  await sealPost(api, await read(id));
  return { id, contentHash: (await read(id)).contentHash };
}

async function approved(): Promise<string> {
  const { id, contentHash } = await awaiting();
  const answer = await owner.call("POST", `/v1/posts/${id}/approve`, { body: { contentHash } });
  expect(answer.statusCode, answer.body).toBe(200);
  return id;
}

async function ended(end: "published" | "failed" | "unconfirmed") {
  const id = await accepted("none");
  await sealPost(api, await read(id));
  return { id, ...(await endPost(api, await read(id), end)) };
}

const pilot = (status: "active" | "paused") =>
  addAgent(api, owner.workspaceId, { channelId, autonomy: "autopilot", status });

const later = { schedule: { mode: "at", at: "2098-01-01T00:00:00Z" } };

/** Every route that can end in a publish, and each way in which it can. */
const publishing: Record<string, Record<string, () => Promise<Omit<Request, "method">>>> = {
  "POST /v1/posts": {
    "a post that needs no approval": async () => ({ url: "/v1/posts", body: post("none") }),
  },
  "POST /v1/posts/validate": {
    "trying a post that needs no approval": async () => ({
      url: "/v1/posts/validate",
      body: post("none"),
    }),
  },
  "POST /v1/posts/bulk": {
    "one of many that needs no approval": async () => ({
      url: "/v1/posts/bulk",
      body: { posts: [post("required"), post("none")] },
    }),
  },
  "POST /v1/posts/import": {
    "a row of a file that needs no approval": async () => ({
      url: "/v1/posts/import",
      headers: { "content-type": "text/csv" },
      body: Buffer.from(`text,channels,at,approval\nhello,${channelId},2099-01-01T00:00:00Z,none`),
    }),
  },
  "PATCH /v1/posts/:id": {
    "other words for a post that needs no approval": async () => ({
      url: `/v1/posts/${await accepted("none")}`,
      body: { content: { text: "other" } },
    }),
    "another time for a post that needs no approval": async () => ({
      url: `/v1/posts/${await accepted("none")}`,
      body: later,
    }),
    "another time for what is approved": async () => ({
      url: `/v1/posts/${await approved()}`,
      body: { schedule: { mode: "now" } },
    }),
  },
  "POST /v1/posts/:id/approve": {
    approving: async () => {
      const { id, contentHash } = await awaiting();
      return { url: `/v1/posts/${id}/approve`, body: { contentHash } };
    },
  },
  "POST /v1/posts/:id/publish-now": {
    "at once what needs no approval": async () => ({
      url: `/v1/posts/${await accepted("none")}/publish-now`,
    }),
    "at once what is approved": async () => ({
      url: `/v1/posts/${await approved()}/publish-now`,
    }),
  },
  "POST /v1/posts/:id/retry": {
    "what had failed": async () => ({ url: `/v1/posts/${(await ended("failed")).id}/retry` }),
  },
  "POST /v1/posts/:id/resolve": {
    "what may be out, once more": async () => {
      const { id, targetId } = await ended("unconfirmed");
      return { url: `/v1/posts/${id}/resolve`, body: { targetId, outcome: "send_again" } };
    },
  },
  "POST /v1/posts/:id/take-down": {
    "what is out, away": async () => ({
      url: `/v1/posts/${(await ended("published")).id}/take-down`,
    }),
  },
  "POST /v1/series": {
    "posts that recur and need no approval": async () => ({
      url: "/v1/series",
      body: series("none"),
    }),
  },
  "PATCH /v1/series/:id": {
    "other words for posts that recur and need no approval": async () => ({
      url: `/v1/series/${await madeSeries("none")}`,
      body: { content: { text: "other" } },
    }),
    "no approval for posts that recur": async () => ({
      url: `/v1/series/${await madeSeries("required")}`,
      body: { approval: "none" },
    }),
  },
  "POST /v1/series/:id/resume": {
    "going on with posts that need no approval": async () => ({
      url: `/v1/series/${await madeSeries("none", "pause")}/resume`,
    }),
  },
  "POST /v1/agents": {
    "an agent on autopilot": async () => ({ url: "/v1/agents", body: agent("autopilot") }),
  },
  "POST /v1/agents/:id/run": {
    "a run of an agent on autopilot": async () => ({
      url: `/v1/agents/${await pilot("active")}/run`,
    }),
  },
  "POST /v1/agents/:id/resume": {
    "waking an agent on autopilot": async () => ({
      url: `/v1/agents/${await pilot("paused")}/resume`,
    }),
  },
};

/** Routes that change something and make nothing public, whatever is sent. A new route belongs here or above. */
const harmless = [
  "POST /v1/auth/register",
  "POST /v1/auth/login",
  "POST /v1/auth/logout",
  "POST /v1/auth/step-up",
  "POST /v1/auth/workspace",
  "DELETE /v1/sessions",
  "DELETE /v1/sessions/:id",
  "POST /v1/assets/import",
  "POST /v1/uploads",
  "PATCH /v1/uploads/:id",
  "DELETE /v1/uploads/:id",
  "PATCH /v1/workspace",
  // Whoever gives a role may all that it carries: see members.test.ts and invitations.test.ts.
  "PATCH /v1/members/:id",
  "DELETE /v1/members/:id",
  "POST /v1/invitations",
  "POST /v1/invitations/preview",
  "POST /v1/invitations/accept",
  "DELETE /v1/invitations/:id",
  // Nor does a key give a key more than it holds: see api-keys.test.ts.
  "POST /v1/api-keys",
  "DELETE /v1/api-keys/:id",
  "POST /v1/connections",
  "POST /v1/connections/:id/confirm",
  "POST /v1/connections/:id/refresh",
  "DELETE /v1/connections/:id",
  "PATCH /v1/channels/:id",
  "POST /v1/assets",
  "PATCH /v1/assets/:id",
  "DELETE /v1/assets/:id",
  "POST /v1/credits/checkout",
  "POST /v1/payments/webhook",
  "POST /v1/operator/grants",
  "POST /v1/generations",
  "POST /v1/generations/estimate",
  "POST /v1/generations/:id/again",
  "POST /v1/generations/:id/cancel",
  "POST /v1/posts/:id/cancel",
  "POST /v1/posts/:id/reject",
  "POST /v1/series/preview",
  "POST /v1/series/:id/pause",
  "POST /v1/series/:id/end",
  "PUT /v1/queues/:channelId",
  "POST /v1/agents/:id/pause",
  "POST /v1/runs/:id/cancel",
  "PUT /v1/providers/:name/credentials",
  "DELETE /v1/providers/:name/credentials",
  "POST /v1/webhooks",
  "PATCH /v1/webhooks/:id",
  "DELETE /v1/webhooks/:id",
  "POST /v1/webhooks/:id/rotate-secret",
  "POST /v1/webhooks/:id/test",
  "POST /v1/webhooks/:id/deliveries/:deliveryId/redeliver",
  "POST /v1/notifications/seen",
  "PUT /v1/notification-settings",
  "POST /v1/notification-settings/test",
  "POST /v1/operator/codec/decode",
];

const ways = Object.entries(publishing).flatMap(([route, scenes]) =>
  Object.entries(scenes).map(([name, scene]) => ({ route, name, scene })),
);

async function requestOf({ route, scene }: (typeof ways)[number]): Promise<Request> {
  return { method: route.startsWith("PATCH") ? "PATCH" : "POST", ...(await scene()) };
}

const send = (by: Caller, { method, url, body, headers = {} }: Request) =>
  by.call(method, url, body ? { body, headers } : { headers });

async function expectRefused(by: Caller, request: Request): Promise<void> {
  // Its first use is noted in its row; later ones of the same minute are not.
  await by.call("GET", "/v1/me");
  const before = await checksumOf(api, owner.workspaceId);
  const told = api.told.length;
  const answer = await send(by, request);
  expect(answer.json(), answer.body).toMatchObject({ status: 403, code: "missing_scope" });
  expect(await checksumOf(api, owner.workspaceId)).toEqual(before);
  expect(api.told).toHaveLength(told);
}

it("every route that changes something is known to publish or not to", () => {
  const changing = routesOf(api)
    .filter(({ method }) => method !== "GET" && method !== "OPTIONS")
    .map(({ method, url }) => `${method} ${url}`);
  expect(changing.sort()).toEqual([...Object.keys(publishing), ...harmless].sort());
});

describe.each(ways)("$route: $name", (way) => {
  it("needs posts:publish of a key, whatever else it may", async () => {
    const others = keyScopes.filter((scope) => scope !== "posts:publish");
    const request = await requestOf(way);
    await expectRefused(await program(api, owner, others), request);
    const answer = await send(await program(api, owner, [...keyScopes]), request);
    expect(answer.statusCode, answer.body).toBeLessThan(300);
  });

  it("is refused to a key whose maker may no longer publish", async () => {
    const editor = await guest(api, owner, "admin");
    const key = await program(api, editor, [...keyScopes]);
    const request = await requestOf(way);
    const { user } = (await editor.call("GET", "/v1/me")).json();
    const em = inWorkspace(api.context.orm, owner.workspaceId);
    await em.nativeUpdate(Member, { userId: user.id }, { role: "approver" });
    await expectRefused(key, request);
  });

  it.each<MemberRole>(["viewer", "approver", "editor", "admin", "owner"])(
    "as a member who is %s",
    async (role) => {
      const member = await guest(api, owner, role);
      const request = await requestOf(way);
      const may =
        !["viewer", "approver"].includes(role) ||
        // To approve is what approvers are for.
        (role === "approver" && way.route.endsWith("/approve"));
      if (!may) return expectRefused(member, request);
      const answer = await send(member, request);
      expect(answer.statusCode, answer.body).toBeLessThan(300);
    },
  );
});

describe("a key without posts:publish", () => {
  let key: Caller;

  beforeEach(async () => {
    const others = keyScopes.filter((scope) => scope !== "posts:publish");
    key = await program(api, owner, others);
  });

  it("rejects nothing either", async () => {
    const { id } = await awaiting();
    const body = { reason: "no" };
    await expectRefused(key, { method: "POST", url: `/v1/posts/${id}/reject`, body });
  });

  it("makes posts that ask for approval, and edits what is approved so that it asks anew", async () => {
    expect((await key.call("POST", "/v1/posts", { body: post("required") })).statusCode).toBe(202);
    const edited = await key.call("PATCH", `/v1/posts/${await approved()}`, {
      body: { content: { text: "other" }, schedule: { mode: "now" } },
    });
    expect(edited.json(), edited.body).toMatchObject({
      status: "preparing",
      contentHash: null,
      decision: { status: "voided" },
    });
    const moved = await key.call("PATCH", `/v1/posts/${await accepted("required")}`, {
      body: { schedule: { mode: "now" } },
    });
    expect(moved.statusCode).toBe(200);
  });

  it("makes and runs agents that suggest, and stops any", async () => {
    const made = await key.call("POST", "/v1/agents", { body: agent("suggest") });
    expect(made.statusCode, made.body).toBe(201);
    const run = await key.call("POST", `/v1/agents/${made.json().id}/run`);
    expect(run.statusCode).toBe(202);
    const stop = await key.call("POST", `/v1/agents/${await pilot("active")}/pause`);
    expect(stop.statusCode).toBe(200);
  });
});
