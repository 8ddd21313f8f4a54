import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "#api/app.ts";
import { addAccess } from "#api/plugins/access.ts";
import { Member, Post } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import { keyScopes, type KeyScope } from "#domain/permissions.ts";
import type { MemberRole } from "#domain/states.ts";
import Fastify from "fastify";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, program, type Caller } from "./callers.ts";
import { routesOf, type ListedRoute } from "./routes.ts";
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

/**
 * Who may call what. A new route has to be added here, or this file fails; the words are those of `config.access`, but
 * written down a second time on purpose.
 */
const expected: Record<string, KeyScope | "public" | "principal" | "session" | "operator"> = {
  "GET /": "public",
  "GET /livez": "public",
  "GET /readyz": "public",
  "GET /openapi.json": "public",
  "GET /docs": "public",
  "GET /docs/": "public",
  "GET /docs/*": "public",
  "GET /docs/json": "public",
  "GET /docs/yaml": "public",
  "GET /docs/static/index.html": "public",
  "GET /docs/static/swagger-initializer.js": "public",
  "POST /v1/auth/register": "public",
  "POST /v1/auth/login": "public",
  "POST /v1/auth/logout": "session",
  "POST /v1/auth/step-up": "session",
  "POST /v1/auth/workspace": "session",
  "GET /v1/sessions": "session",
  "DELETE /v1/sessions": "session",
  "DELETE /v1/sessions/:id": "session",
  "GET /v1/workspaces": "session",
  "GET /v1/workspace": "principal",
  "PATCH /v1/workspace": "workspace:write",
  "GET /v1/members": "members:read",
  "PATCH /v1/members/:id": "members:write",
  // Leaving is everybody's; to remove somebody else needs members:write.
  "DELETE /v1/members/:id": "principal",
  "POST /v1/invitations": "members:write",
  "GET /v1/invitations": "members:read",
  "DELETE /v1/invitations/:id": "members:write",
  "POST /v1/invitations/preview": "public",
  "POST /v1/invitations/accept": "session",
  "GET /v1/audit-events": "audit:read",
  "GET /v1/audit-events/check": "audit:read",
  "GET /v1/me": "principal",
  "POST /v1/api-keys": "api-keys:write",
  "GET /v1/api-keys": "api-keys:read",
  "DELETE /v1/api-keys/:id": "api-keys:write",
  "GET /v1/platforms": "connections:read",
  "POST /v1/connections": "connections:write",
  "GET /v1/connections": "connections:read",
  "GET /v1/connections/:id": "connections:read",
  "GET /v1/connections/:id/channels": "connections:read",
  "GET /v1/channels": "connections:read",
  "PATCH /v1/channels/:id": "connections:write",
  "POST /v1/connections/:id/confirm": "connections:write",
  "POST /v1/connections/:id/refresh": "connections:write",
  "DELETE /v1/connections/:id": "connections:write",
  "GET /v1/oauth/:platform/callback": "public",
  "POST /v1/assets": "assets:write",
  "POST /v1/assets/import": "assets:write",
  "GET /v1/assets": "assets:read",
  "GET /v1/assets/:id": "assets:read",
  "PATCH /v1/assets/:id": "assets:write",
  "DELETE /v1/assets/:id": "assets:write",
  "GET /v1/assets/:id/content": "assets:read",
  "GET /v1/assets/:id/renditions": "assets:read",
  "GET /v1/assets/:id/renditions/:renditionId/content": "assets:read",
  "OPTIONS /v1/uploads": "public",
  "POST /v1/uploads": "assets:write",
  "GET /v1/uploads": "assets:read",
  "GET /v1/uploads/:id": "assets:read",
  "PATCH /v1/uploads/:id": "assets:write",
  "DELETE /v1/uploads/:id": "assets:write",
  "GET /media/:workspaceId/:kind/:id": "public",
  "POST /v1/generations": "generations:write",
  "GET /v1/generations": "generations:read",
  "POST /v1/generations/estimate": "generations:write",
  "POST /v1/generations/:id/again": "generations:write",
  "GET /v1/models": "generations:read",
  "GET /v1/providers": "generations:read",
  "PUT /v1/providers/:name/credentials": "workspace:write",
  "DELETE /v1/providers/:name/credentials": "workspace:write",
  "GET /v1/generations/:id": "generations:read",
  "POST /v1/generations/:id/cancel": "generations:write",
  "GET /v1/generations/:id/events": "generations:read",
  "GET /v1/events": "principal",
  "POST /v1/posts": "posts:write",
  "GET /v1/posts": "posts:read",
  "POST /v1/posts/validate": "posts:write",
  "POST /v1/posts/bulk": "posts:write",
  "POST /v1/posts/import": "posts:write",
  "GET /v1/posts/export": "posts:read",
  "GET /v1/posts/:id": "posts:read",
  "PATCH /v1/posts/:id": "posts:write",
  "POST /v1/posts/:id/cancel": "posts:write",
  "POST /v1/posts/:id/approve": "posts:publish",
  "POST /v1/posts/:id/reject": "posts:publish",
  "POST /v1/posts/:id/publish-now": "posts:publish",
  "POST /v1/posts/:id/retry": "posts:publish",
  "POST /v1/posts/:id/resolve": "posts:publish",
  "POST /v1/posts/:id/take-down": "posts:publish",
  "GET /v1/posts/:id/history": "posts:read",
  "GET /v1/needs-you": "posts:read",
  "GET /v1/posts/:id/metrics": "posts:read",
  "POST /v1/series": "posts:write",
  "POST /v1/series/preview": "posts:write",
  "GET /v1/series": "posts:read",
  "GET /v1/series/:id": "posts:read",
  "PATCH /v1/series/:id": "posts:write",
  "POST /v1/series/:id/pause": "posts:write",
  "POST /v1/series/:id/resume": "posts:write",
  "POST /v1/series/:id/end": "posts:write",
  "PUT /v1/queues/:channelId": "posts:write",
  "GET /v1/queues/:channelId": "posts:read",
  "POST /v1/agents": "agents:write",
  "GET /v1/agents": "agents:read",
  "GET /v1/agents/:id": "agents:read",
  "POST /v1/agents/:id/run": "agents:write",
  "POST /v1/agents/:id/pause": "agents:write",
  "POST /v1/agents/:id/resume": "agents:write",
  "GET /v1/agents/:id/runs": "agents:read",
  "GET /v1/runs": "agents:read",
  "GET /v1/runs/:id": "agents:read",
  "POST /v1/runs/:id/cancel": "agents:write",
  "GET /v1/usage": "usage:read",
  "GET /v1/credits": "usage:read",
  "GET /v1/credits/entries": "usage:read",
  "POST /v1/credits/checkout": "workspace:write",
  // Whoever has the secret that it is signed with.
  "POST /v1/payments/webhook": "public",
  "POST /v1/operator/grants": "operator",
  "GET /v1/retention": "assets:read",
  "POST /v1/webhooks": "webhooks:write",
  "GET /v1/webhooks": "webhooks:read",
  "GET /v1/webhooks/:id": "webhooks:read",
  "PATCH /v1/webhooks/:id": "webhooks:write",
  "DELETE /v1/webhooks/:id": "webhooks:write",
  "POST /v1/webhooks/:id/rotate-secret": "webhooks:write",
  "POST /v1/webhooks/:id/test": "webhooks:write",
  "GET /v1/webhooks/:id/deliveries": "webhooks:read",
  "POST /v1/webhooks/:id/deliveries/:deliveryId/redeliver": "webhooks:write",
  "GET /v1/notifications": "session",
  "POST /v1/notifications/seen": "session",
  "GET /v1/notification-settings": "session",
  "PUT /v1/notification-settings": "session",
  "POST /v1/notification-settings/test": "session",
  "POST /v1/operator/codec/decode": "operator",
};

let api: TestApi;
let owner: Caller;
let stranger: Caller;

beforeAll(async () => {
  api = await startApi();
  owner = await person(api);
  stranger = await person(api);
});

afterAll(async () => {
  await api?.close();
});

const nameOf = ({ method, url }: ListedRoute) => `${method} ${url}`;

function splitName(name: string): { method: "GET"; url: string } {
  const [method = "", url = ""] = name.split(" ");
  return { method: method as "GET", url };
}

/** The route's address with an id in each place. */
function addressOf(url: string, id = newId()): string {
  return url
    .replaceAll(/:(id|renditionId|deliveryId|channelId)/g, id)
    .replace(":platform", "sandbox")
    .replace(":name", "openai")
    .replace("*", "index.css");
}

const named = (access: string) => Object.keys(expected).filter((name) => expected[name] === access);
const scoped = Object.entries(expected).filter(([, access]) => access.includes(":"));

describe("every route", () => {
  it("is in this file's table", () => {
    expect(routesOf(api).map(nameOf).sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(Object.keys(expected).filter((name) => expected[name] !== "public"))(
    "%s needs to know who asks",
    async (name) => {
      const { method, url } = splitName(name);
      for (const headers of [{}, { authorization: "Bearer x" }, { cookie: "sid=x" }]) {
        const answer = await api.app.inject({ method, url: addressOf(url), headers });
        expect(answer.statusCode, JSON.stringify(headers)).toBe(401);
        expect(answer.headers["content-type"]).toBe("application/problem+json");
      }
      if (method !== "GET") return;
      const head = await api.app.inject({ method: "HEAD", url: addressOf(url) });
      expect(head.statusCode).toBe(401);
    },
  );

  it.each(named("public"))("%s is for everybody", async (name) => {
    const { method, url } = splitName(name);
    const answer = await api.app.inject({ method, url: addressOf(url) });
    expect([401, 403]).not.toContain(answer.statusCode);
  });

  it("that has no word on access can't be added", async () => {
    const message = /^GET \/v1\/new does not say who may call it: add config\.access$/;
    const app = Fastify();
    addAccess(app, api.context);
    expect(() => app.get("/v1/new", async () => "x")).toThrow(message);
    expect(() => app.get("/docs", async () => "x")).not.toThrow();
    const whole = await buildApp(api.context);
    expect(() => whole.get("/v1/new", async () => "x")).toThrow(message);
    await whole.close();
  });
});

describe("a key", () => {
  it.each(scoped)("calls %s with the scope %s alone", async (name, scope) => {
    const { method, url } = splitName(name);
    const others = keyScopes.filter((one) => one !== scope);
    const without = await program(api, owner, others);
    const refused = await without.call(method, addressOf(url));
    expect(refused.json(), refused.body).toMatchObject({
      status: 403,
      code: "missing_scope",
      scope,
    });
    const holder = await program(api, owner, [scope]);
    const allowed = await holder.call(method, addressOf(url));
    expect([401, 403]).not.toContain(allowed.statusCode);
    expect(allowed.statusCode).toBeLessThan(500);
  });

  it("that may read everything can't change anything", async () => {
    const reader = await program(
      api,
      owner,
      keyScopes.filter((scope) => scope.endsWith(":read")),
    );
    for (const name of Object.keys(expected).filter((one) => !one.startsWith("GET "))) {
      if (expected[name] === "public") continue;
      const { method, url } = splitName(name);
      const answer = await reader.call(method, addressOf(url));
      expect(answer.statusCode, name).toBe(403);
    }
  });

  it("is no person and no operator, whatever it may do", async () => {
    const all = await program(api, owner, [...keyScopes]);
    const codes = { session: "session_needed", operator: "operator_needed" } as const;
    for (const access of ["session", "operator"] as const) {
      for (const name of named(access)) {
        const { method, url } = splitName(name);
        const answer = await all.call(method, addressOf(url));
        expect(answer.json(), name).toMatchObject({ status: 403, code: codes[access] });
      }
    }
  });
});

describe("a member", () => {
  const ruling = (access: string) =>
    /^(api-keys|audit|webhooks):/.test(access) || /^(members|workspace):write$/.test(access);
  const may: Record<MemberRole, (access: string) => boolean> = {
    owner: () => true,
    admin: () => true,
    editor: (access) => !ruling(access),
    approver: (access) => (access.endsWith(":read") && !ruling(access)) || access === "approve",
    viewer: (access) => access.endsWith(":read") && !ruling(access),
  };

  it.each(["owner", "admin", "editor", "approver", "viewer"] as const)(
    "who is %s may call what that role carries",
    async (role) => {
      const someone = await person(api);
      await inWorkspace(api.context.orm, someone.workspaceId).nativeUpdate(Member, {}, { role });
      for (const [name, access] of scoped) {
        const { method, url } = splitName(name);
        const approving = /\/(approve|reject)$/.test(url);
        const answer = await someone.call(method, addressOf(url));
        const allowed = may[role](approving ? "approve" : access);
        expect(answer.statusCode === 403, `${role} ${name} ${answer.body}`).toBe(!allowed);
      }
    },
  );

  it("who is no operator decodes nothing", async () => {
    const answer = await stranger.call("POST", "/v1/operator/codec/decode", {
      body: { payloads: [] },
    });
    expect(answer.json()).toMatchObject({ status: 403, code: "operator_needed" });
    const operators = await owner.call("POST", "/v1/operator/codec/decode", {
      body: { payloads: [] },
    });
    expect(operators.json()).toEqual({ payloads: [] });
    const foreign = await owner.call("POST", "/v1/operator/codec/decode", {
      body: { payloads: [{ metadata: { encoding: "anNvbi9wbGFpbg==" }, data: "e30=" }] },
    });
    expect(foreign.json()).toMatchObject({ status: 422, code: "not_decodable" });
  });
});

describe("another workspace's rows", () => {
  /** A row of each kind that a route may name. */
  async function everything(workspaceId: string) {
    const { channelId, connectionId } = await addChannel(api, workspaceId);
    const assetId = await addAsset(api, workspaceId);
    const agentId = await addAgent(api, workspaceId, { channelId });
    const accepted = await owner.call("POST", "/v1/posts", {
      body: {
        content: { text: "secret" },
        assets: [{ id: assetId }],
        targets: [{ channelId }],
        schedule: { mode: "at", at: "2099-01-01T00:00:00Z" },
      },
    });
    const em = inWorkspace(api.context.orm, workspaceId);
    const post = await em.findOneOrFail(Post, { id: accepted.json().id });
    const rendition = await addRendition(api, workspaceId, { assetId, postIds: [post.id] });
    await sealPost(api, post);
    await addDeliveries(api, post, "claimed");
    const runId = await addRun(api, workspaceId, { agentId, status: "running", postId: post.id });
    const generationId = await addOfflineText(api, workspaceId, "secret");
    const keyDetails = (
      await owner.call("POST", "/v1/api-keys", { body: { name: "k", scopes: ["posts:read"] } })
    ).json();
    const { contentHash } = await inWorkspace(api.context.orm, workspaceId).findOneOrFail(Post, {
      id: post.id,
    });
    const weekly = { rrule: "FREQ=WEEKLY", start: "2099-01-01T09:00", timeZone: "UTC" };
    const series = (
      await owner.call("POST", "/v1/series", {
        body: { content: { text: "secret" }, targets: [{ channelId }], ...weekly },
      })
    ).json();
    const webhook = (
      await owner.call("POST", "/v1/webhooks", { body: { url: "https://8.8.8.8/hook" } })
    ).json();
    const tested = await owner.call("POST", `/v1/webhooks/${webhook.id}/test`);
    const [session] = (await owner.call("GET", "/v1/sessions")).json().data;
    const [member] = (await owner.call("GET", "/v1/members")).json().data;
    const guest = { email: "guest@example.com", role: "viewer" };
    const invitation = (await owner.call("POST", "/v1/invitations", { body: guest })).json();
    return {
      assetId,
      channelId,
      contentHash,
      ids: {
        "api-keys": keyDetails.id,
        sessions: session.id,
        members: member.id,
        invitations: invitation.id,
        connections: connectionId,
        channels: channelId,
        assets: assetId,
        renditions: rendition.id,
        generations: generationId,
        posts: post.id,
        series: series.id,
        agents: agentId,
        runs: runId,
        uploads: await addUpload(api, workspaceId),
        webhooks: webhook.id,
        deliveries: tested.json().deliveryId,
      } as Record<string, string>,
    };
  }

  it("are not there, on any route, and nothing of them changes", async () => {
    const theirs = await everything(owner.workspaceId);
    const { channelId, assetId, contentHash } = theirs;
    const mine = await addChannel(api, stranger.workspaceId);
    const key = await program(api, stranger, [...keyScopes]);
    const bodies: Record<string, object> = {
      "PATCH /v1/members/:id": { role: "viewer" },
      "POST /v1/generations/:id/again": {},
      "PATCH /v1/channels/:id": { requiresApproval: true },
      "PATCH /v1/assets/:id": { class: "library" },
      "PATCH /v1/posts/:id": { content: { text: "mine now" } },
      "PATCH /v1/webhooks/:id": { status: "disabled" },
      "PATCH /v1/series/:id": { content: { text: "mine now" } },
      "POST /v1/posts/:id/approve": { contentHash },
      "POST /v1/posts/:id/reject": { reason: "no" },
      "POST /v1/posts/:id/resolve": { targetId: channelId, outcome: "give_up" },
    };
    const headers: Record<string, Record<string, string>> = {
      "PATCH /v1/uploads/:id": {
        "tus-resumable": "1.0.0",
        "upload-offset": "0",
        "content-type": "application/offset+octet-stream",
      },
    };
    const told = api.told.length;
    const before = await checksumOf(api, owner.workspaceId);
    const named = Object.keys(expected).filter((name) => /^[A-Z]+ \/v1\/.*\/:id/.test(name));
    expect(named.length).toBeGreaterThan(25);
    for (const caller of [stranger, key]) {
      for (const name of named) {
        if (caller === key && expected[name] === "session") continue;
        const { method, url } = splitName(name);
        const kind = url.split("/")[2] ?? "";
        const address = url
          .replace(":id", theirs.ids[kind] ?? "")
          .replace(":renditionId", theirs.ids["renditions"] ?? "")
          .replace(":deliveryId", theirs.ids["deliveries"] ?? "");
        const body = bodies[name];
        const sent = { ...(body ? { body } : {}), headers: headers[name] ?? {} };
        const answer = await caller.call(method, address, sent);
        expect(answer.json(), `${name} ${answer.body}`).toMatchObject({
          status: 404,
          code: "not_found",
        });
        // What is another's and what is nowhere can't be told apart.
        const nowhere = await caller.call(method, addressOf(url), sent);
        const { requestId: _one, ...foreign } = answer.json();
        const { requestId: _other, ...absent } = nowhere.json();
        expect(foreign).toEqual(absent);
      }
      const pointing: [string, object, string][] = [
        ["/v1/posts", { content: { text: "x" }, targets: [{ channelId }] }, "/targets/0/channelId"],
        [
          "/v1/posts",
          {
            content: { text: "x" },
            assets: [{ id: assetId }],
            targets: [{ channelId: mine.channelId }],
          },
          "/assets/0/id",
        ],
        [
          "/v1/posts",
          {
            content: { text: "x" },
            targets: [{ channelId: mine.channelId, overrides: { assets: [{ id: assetId }] } }],
          },
          "/targets/0/overrides/assets/0/id",
        ],
        [
          "/v1/agents",
          {
            name: "a",
            brief: "b",
            channelIds: [mine.channelId, channelId],
            schedule: { days: ["mon"], times: ["09:00"], timeZone: "UTC" },
          },
          "/channelIds/1",
        ],
        [
          "/v1/generations",
          { kind: "text", prompt: "x", inputs: [{ assetId }] },
          "/inputs/0/assetId",
        ],
      ];
      for (const [url, body, pointer] of pointing) {
        const answer = await caller.call("POST", url, { body });
        expect([404, 422], answer.body).toContain(answer.statusCode);
        expect(answer.json().errors, url).toMatchObject([{ pointer }]);
      }
    }
    expect(await checksumOf(api, owner.workspaceId)).toEqual(before);
    expect(api.told).toHaveLength(told);
    // The checksum sees what changes.
    await insertRow(inWorkspace(api.context.orm, owner.workspaceId), Member, {
      workspaceId: owner.workspaceId,
      userId: (await stranger.call("GET", "/v1/me")).json().user.id,
      role: "viewer",
    });
    expect(await checksumOf(api, owner.workspaceId)).not.toEqual(before);
  });

  it("are in no list", async () => {
    // Of what everybody has from the start; and no lists at all.
    const own = ["workspaces", "sessions", "members", "audit-events"];
    // And what is told to one member: see notifications.test.ts.
    const personal = [
      "retention",
      "me",
      "workspace",
      "notifications",
      "notification-settings",
      "usage",
      "credits",
    ];
    const mine = [...own, ...personal].map((name) => `GET /v1/${name}`);
    const lists = Object.keys(expected).filter(
      (name) => /^GET \/v1\/[a-z-]+$/.test(name) && !mine.includes(name),
    );
    const newcomer = await person(api);
    for (const name of lists) {
      const { url } = splitName(name);
      // A list of everybody's, and a stream.
      if (["/v1/platforms", "/v1/models", "/v1/providers", "/v1/events"].includes(url)) continue;
      const answer = await newcomer.call("GET", url);
      expect(answer.json(), url).toEqual({ data: [], nextCursor: null });
      expect((await owner.call("GET", url)).json().data.length, url).toBeGreaterThan(0);
    }
    const [member] = (await newcomer.call("GET", "/v1/members")).json().data;
    expect(member).toMatchObject({ user: { email: newcomer.email }, role: "owner" });
    for (const name of own) {
      const { data } = (await newcomer.call("GET", `/v1/${name}`)).json();
      expect(data, name).toHaveLength(1);
    }
  });
});
