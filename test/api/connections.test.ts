import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createConnectionActivities } from "#activities/connections.ts";
import { findOpenWork } from "#activities/lib/find-open-work.ts";
import { createSweepActivities } from "#activities/sweep.ts";
import {
  AuditEvent,
  Channel,
  Connection,
  Event,
  OauthState,
  Post,
  RateUse,
  Series,
  Session,
  Target,
} from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { openSecrets } from "#db/vault/open.ts";
import { PlatformError } from "#domain/errors.ts";
import type { ConnectionStatus, PostStatus, TargetStatus } from "#domain/states.ts";
import {
  startSandboxNetwork,
  type SandboxNetwork,
} from "#local/sandbox-network/start-sandbox-network.ts";
import type { PlatformConnect, PlatformManifest } from "#platforms/contract.ts";
import { discoverConnects, discoverManifests } from "#platforms/registry.ts";
import { activityDeps, runActivity } from "../harness/activity-deps.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { elsewhere, person, program, type Caller } from "./callers.ts";

let folder: string;
let network: SandboxNetwork;
let api: TestApi;
let owner: Awaited<ReturnType<typeof person>>;
/** How far the API's clock is ahead. Milliseconds. */
let ahead = 0;

/** A platform that takes credentials: a port of the API, spoken to in the words of its contract. */
const lockbox: PlatformManifest = {
  name: "lockbox",
  title: "Lockbox",
  real: false,
  auth: {
    kind: "credentials",
    fields: [
      { name: "handle", label: "Handle", secret: false, required: true },
      { name: "appPassword", label: "App password", secret: true, required: true },
      { name: "service", label: "Service", secret: false, required: false },
    ],
  },
  limits: {
    text: { max: 300, unit: "graphemes" },
    altTextMax: 100,
    requires: "text",
    checkedAt: "2026-11-22",
    source: "this test",
  },
  settings: z.strictObject({}),
  refreshable: false,
  steps: { create: false, poll: false, confirm: false, reconcile: false, remove: false },
  metrics: [],
};

const lockboxConnect: PlatformConnect = {
  credentials: {
    async verify(_deps, { credentials }) {
      const password = credentials["appPassword"];
      if (password === "down")
        throw new PlatformError("no answer", { fate: "retry", code: "timeout" });
      if (password !== "right") {
        throw new PlatformError("refused", {
          fate: "reject",
          code: "wrong_password",
          platformMessage: "Invalid identifier or password",
        });
      }
      return {
        account: { remoteId: `did:${credentials["handle"]}`, name: "Lock Box", data: {} },
        secrets: { session: "s3cret" },
        scopes: [],
      };
    },
  },
  channels: async () => [{ remoteId: "main", kind: "profile", name: "Lock Box" }],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drumbeat-connections-"));
  network = await startSandboxNetwork({ port: 0, host: "127.0.0.1", dataDir: folder });
  const [manifests, connects] = await Promise.all([discoverManifests(), discoverConnects()]);
  api = await startApi({
    manifests: manifests.set("lockbox", lockbox),
    connects: connects.set("lockbox", lockboxConnect),
    platformApp: (name) => (name === "sandbox" ? { baseUrl: network.url } : {}),
    now: () => new Date(Date.now() + ahead),
  });
});

afterAll(async () => {
  await api?.close();
  await network?.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  ahead = 0;
  api.setEngine("ready");
  owner = await person(api);
});

async function setFaults(faults: object[]): Promise<void> {
  await fetch(`${network.url}/_faults`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ faults, seed: 1 }),
  });
}

interface Begun {
  id: string;
  authorizationUrl: string;
}

async function begin(caller: Caller): Promise<Begun> {
  const answer = await caller.call("POST", "/v1/connections", { body: { platform: "sandbox" } });
  expect(answer.statusCode).toBe(201);
  expect(answer.headers.location).toBe(`/v1/connections/${answer.json<Begun>().id}`);
  return answer.json<Begun>();
}

/** Approves as the person at the network would; returns our callback's path. */
async function approve({ authorizationUrl }: Begun, user: string): Promise<string> {
  const answer = await fetch(`${authorizationUrl}&approve=${user}`, { redirect: "manual" });
  expect(answer.status).toBe(302);
  const { origin, pathname, search } = new URL(answer.headers.get("location") ?? "");
  expect(origin).toBe(api.context.publicUrl);
  return pathname + search;
}

/** Connects an account as a signed-in person; returns the connection's id. */
async function connect(caller: Caller, user: string): Promise<string> {
  const begun = await begin(caller);
  const page = await caller.call("GET", await approve(begun, user));
  expect(page.statusCode, page.body).toBe(200);
  return begun.id;
}

const statusOf = async (caller: Caller, id: string) =>
  (await caller.call("GET", `/v1/connections/${id}`)).json<{ status: string }>().status;

interface ChannelAnswer {
  data: { id: string; kind: string; name: string; platform: string }[];
}
const channelsOf = async (caller: Caller, id: string) =>
  (await caller.call("GET", `/v1/connections/${id}/channels`)).json<ChannelAnswer>().data;

async function insertPost(
  caller: Caller,
  input: { channelId: string; post: PostStatus; target: TargetStatus },
): Promise<{ postId: string; targetId: string }> {
  const em = inWorkspace(api.context.orm, caller.workspaceId);
  const [postId, targetId] = [newId(), newId()];
  await em.transactional(async (tx) => {
    await insertRow(tx, Post, {
      id: postId,
      workspaceId: caller.workspaceId,
      status: input.post,
      content: { text: "hello" },
      assets: [],
      scheduleMode: "now",
      dueAt: new Date(),
      approval: "none",
      createdBy: "user:test",
      version: 1,
    });
    await insertRow(tx, Target, {
      id: targetId,
      workspaceId: caller.workspaceId,
      postId,
      position: 0,
      channelId: input.channelId,
      platform: "sandbox",
      channelName: "Somebody",
      status: input.target,
      overrides: {},
      settings: {},
    });
  });
  return { postId, targetId };
}

const seriesFor = (channelId: string) => ({
  content: { text: "hello" },
  targets: [{ channelId }],
  start: "2031-01-01T09:00",
  timeZone: "Europe/Berlin",
  rrule: "FREQ=YEARLY;COUNT=3",
});

const auditOf = async (caller: Caller, id: string) =>
  (
    await inWorkspace(api.context.orm, caller.workspaceId).find(
      AuditEvent,
      { subject: id },
      { orderBy: { sequence: "asc" } },
    )
  ).map((line) => line.action);

describe("by signing in at the platform", () => {
  it("connects the account of whoever began it", async () => {
    const begun = await begin(owner);
    expect(begun).toMatchObject({ status: "pending" });
    const asked = new URL(begun.authorizationUrl).searchParams;
    expect(asked.get("redirect_uri")).toBe(`${api.context.publicUrl}/v1/oauth/sandbox/callback`);
    expect(asked.get("code_challenge_method")).toBe("S256");
    expect(Buffer.from(asked.get("state") ?? "", "base64url")).toHaveLength(32);

    const page = await owner.call("GET", await approve(begun, "ada"));
    expect(page.statusCode).toBe(200);
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(page.body).toContain("is connected");
    expect(page.body).toContain(`href="${api.context.publicUrl}/connections?connected=`);
    expect(page.body).not.toContain("<script");

    const shown = (await owner.call("GET", `/v1/connections/${begun.id}`)).json();
    expect(shown).toMatchObject({
      id: begun.id,
      platform: "sandbox",
      status: "active",
      account: { handle: "ada" },
      problem: null,
    });
    expect(new Date(shown.expiresAt).getTime()).toBeGreaterThan(Date.now());
    expect(await channelsOf(owner, begun.id)).toMatchObject([
      { kind: "profile", platform: "sandbox" },
      { kind: "page", platform: "sandbox" },
    ]);
    const workflowId = `connection/${begun.id}`;
    expect(api.told).toContainEqual({ what: "start refreshConnection", workflowId });
    expect(await auditOf(owner, begun.id)).toEqual(["connection.created", "connection.authorized"]);
  });

  it("stores neither the state nor the verifier, and the secrets sealed for this row alone", async () => {
    const begun = await begin(owner);
    const state = new URL(begun.authorizationUrl).searchParams.get("state") ?? "";
    await owner.call("GET", await approve(begun, "sealed"));
    const states = await outsideWorkspaces(api.context.orm).find(OauthState, {
      connectionId: begun.id,
    });
    expect(states).toHaveLength(1);
    expect(JSON.stringify(states)).not.toContain(state);
    expect(states[0]?.usedAt).toBeInstanceOf(Date);

    const row = await inWorkspace(api.context.orm, owner.workspaceId).findOneOrFail(
      Connection,
      { id: begun.id },
      { populate: ["sealedSecrets", "wrappedKey"] },
    );
    const opened = (connectionId: string) =>
      openSecrets({
        keyRing: api.context.keyRing,
        context: {
          workspaceId: owner.workspaceId,
          ownerId: connectionId,
          field: "secrets",
          version: row.secretsVersion,
        },
        sealed: row.sealedSecrets ?? "",
        wrappedKey: row.wrappedKey ?? "",
      });
    const { accessToken } = opened(begun.id);
    const me = await fetch(`${network.url}/api/me`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(me.status).toBe(200);
    expect(row.sealedSecrets).not.toContain(accessToken);
    expect(() => opened(newId())).toThrow();
  });

  it("lets one of several callbacks with the same state win", async () => {
    const path = await approve(await begin(owner), "racer");
    const answers = await Promise.all(Array.from({ length: 5 }, () => owner.call("GET", path)));
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 410, 410, 410, 410]);
    expect((await owner.call("GET", path)).statusCode).toBe(410);
  });

  it("refuses a browser that is not signed in as whoever began, and spends the state", async () => {
    const stranger = await person(api);
    const other = await elsewhere(api, owner);
    expect(other.workspaceId).toBe(owner.workspaceId);
    const key = await program(api, owner, ["connections:write"]);
    const carried = [stranger.headers, other.headers, key.headers, { cookie: "sid=nonsense" }];
    for (const headers of [{}, ...carried]) {
      const begun = await begin(owner);
      const path = await approve(begun, "mallory");
      const page = await api.app.inject({ method: "GET", url: path, headers });
      expect(page.statusCode).toBe(403);
      expect(page.body).toContain("wrong_session");
      expect((await owner.call("GET", path)).statusCode).toBe(410);
      expect(await statusOf(owner, begun.id)).toBe("pending");
    }
  });

  it("refuses when the session ended meanwhile", async () => {
    const path = await approve(await begin(owner), "signedout");
    await outsideWorkspaces(api.context.orm).nativeUpdate(
      Session,
      { workspaceId: owner.workspaceId },
      { revokedAt: new Date() },
    );
    expect((await owner.call("GET", path)).statusCode).toBe(403);
  });

  it("takes no state after ten minutes, none of another platform, and none that we never gave", async () => {
    const late = await approve(await begin(owner), "late");
    ahead = 10 * 60_000 + 1;
    const page = await owner.call("GET", late);
    expect(page.statusCode).toBe(410);
    expect(page.body).toContain("state_expired");
    ahead = 0;

    const elsewhere = await approve(await begin(owner), "elsewhere");
    const mixedUp = await owner.call("GET", elsewhere.replace("/sandbox/", "/lockbox/"));
    expect(mixedUp.statusCode).toBe(400);
    expect((await owner.call("GET", elsewhere)).statusCode).toBe(410);

    for (const query of [
      "",
      "?state=",
      "?state=abc&code=x",
      "?state=a&state=b",
      "?state=%00&code=%00",
    ]) {
      const answer = await owner.call("GET", `/v1/oauth/sandbox/callback${query}`);
      expect(answer.statusCode, query).toBe(400);
      expect(answer.headers["content-type"]).toContain("text/html");
    }
  });

  it("notes on the connection what the platform said instead of giving access", async () => {
    const denied = await begin(owner);
    const state = new URL(denied.authorizationUrl).searchParams.get("state") ?? "";
    const page = await owner.call(
      "GET",
      `/v1/oauth/sandbox/callback?state=${state}&error=access_denied`,
    );
    expect(page.statusCode).toBe(403);
    // Whoever said no there goes on in the console, which says so.
    expect(page.body).toContain(
      `http-equiv="refresh" content="0; url=${api.context.publicUrl}/connections?refused=${denied.id}"`,
    );
    const shown = (await owner.call("GET", `/v1/connections/${denied.id}`)).json();
    expect(shown).toMatchObject({ status: "invalid", account: null });
    expect(shown.problem).toContain("not to give access");

    const broken = await begin(owner);
    const other = new URL(broken.authorizationUrl).searchParams.get("state") ?? "";
    const said = encodeURIComponent("<script>alert(1)</script>\u0000");
    const escaped = await owner.call(
      "GET",
      `/v1/oauth/sandbox/callback?state=${other}&error=server_error&error_description=${said}`,
    );
    expect(escaped.statusCode).toBe(400);
    expect(escaped.body).toContain("&lt;script&gt;");
    expect(escaped.body).not.toContain("<script>");
    expect(await statusOf(owner, broken.id)).toBe("invalid");
  });

  it("says what went wrong with the code", async () => {
    const forged = await begin(owner);
    const state = new URL(forged.authorizationUrl).searchParams.get("state") ?? "";
    const page = await owner.call("GET", `/v1/oauth/sandbox/callback?state=${state}&code=forged`);
    expect(page.statusCode).toBe(422);
    expect(await statusOf(owner, forged.id)).toBe("invalid");

    const down = await begin(owner);
    const path = await approve(down, "down");
    await setFaults([{ on: "token", kind: "500", probability: 1 }]);
    try {
      expect((await owner.call("GET", path)).statusCode).toBe(503);
    } finally {
      await setFaults([]);
    }
    expect(await statusOf(owner, down.id)).toBe("invalid");
  });

  it("keeps nothing when the connection was removed meanwhile", async () => {
    const begun = await begin(owner);
    const path = await approve(begun, "removed");
    await owner.call("DELETE", `/v1/connections/${begun.id}`);
    expect((await owner.call("GET", path)).statusCode).toBe(410);
    const row = await inWorkspace(api.context.orm, owner.workspaceId).findOneOrFail(
      Connection,
      { id: begun.id },
      { populate: ["sealedSecrets"] },
    );
    expect(row.sealedSecrets).toBeNull();
  });
});

describe("by an API key", () => {
  it("waits for the same key to confirm", async () => {
    const key = await program(api, owner, ["connections:read", "connections:write"]);
    const other = await program(api, owner, ["connections:read", "connections:write"]);
    const begun = await begin(key);
    const confirm = (caller: Caller) => caller.call("POST", `/v1/connections/${begun.id}/confirm`);
    expect((await confirm(key)).json()).toMatchObject({ code: "not_authorized_yet", status: 409 });

    const page = await api.app.inject({ method: "GET", url: await approve(begun, "keyed") });
    expect(page.statusCode).toBe(200);
    const shown = (await key.call("GET", `/v1/connections/${begun.id}`)).json();
    expect(shown).toMatchObject({ status: "pending", account: null });
    expect(await channelsOf(key, begun.id)).toEqual([]);
    const workflowId = `connection/${begun.id}`;
    expect(api.told).not.toContainEqual({ what: "start refreshConnection", workflowId });

    for (const caller of [other, owner]) {
      expect((await confirm(caller)).json()).toMatchObject({ code: "wrong_key", status: 403 });
    }
    expect(await statusOf(key, begun.id)).toBe("pending");

    const confirmed = await confirm(key);
    expect(confirmed.json()).toMatchObject({ id: begun.id, status: "active", engine: "ready" });
    expect(confirmed.json().accountName).toBeTruthy();
    expect(api.told).toContainEqual({ what: "start refreshConnection", workflowId });
    expect(await channelsOf(key, begun.id)).toHaveLength(2);
    expect((await confirm(key)).json()).toMatchObject({ status: "active" });
    expect(await auditOf(owner, begun.id)).toEqual([
      "connection.created",
      "connection.authorized",
      "connection.confirmed",
    ]);
  });

  it("takes no confirmation after ten minutes, and says so", async () => {
    const key = await program(api, owner, ["connections:read", "connections:write"]);
    const [unanswered, given] = [await begin(key), await begin(key)];
    const confirm = (id: string) => key.call("POST", `/v1/connections/${id}/confirm`);
    await api.app.inject({ method: "GET", url: await approve(given, "late") });
    ahead = 11 * 60_000;
    for (const { id } of [unanswered, given]) {
      const answer = await confirm(id);
      expect(answer.json()).toMatchObject({ status: 410, code: "authorization_expired" });
      expect(await statusOf(key, id)).toBe("pending");
    }
    ahead = 9 * 60_000;
    expect((await confirm(given.id)).json()).toMatchObject({ status: "active" });
    // What was confirmed in time stays so for whoever asks again.
    ahead = 11 * 60_000;
    expect((await confirm(given.id)).json()).toMatchObject({ status: "active" });
  });

  it("needs the scope", async () => {
    const key = await program(api, owner, ["connections:read"]);
    const answer = await key.call("POST", "/v1/connections", { body: { platform: "sandbox" } });
    expect(answer.json()).toMatchObject({ status: 403, code: "missing_scope" });
  });
});

describe("with credentials", () => {
  const post = (caller: Caller, credentials: object | undefined, platform = "lockbox") =>
    caller.call("POST", "/v1/connections", {
      body: { platform, ...(credentials ? { credentials } : {}) },
    });

  it("tries them first, and connects at once", async () => {
    const answer = await post(owner, { handle: "ada", appPassword: "right" });
    expect(answer.statusCode).toBe(201);
    const { id } = answer.json();
    expect(answer.json()).toEqual({ id, status: "active" });
    expect(await channelsOf(owner, id)).toMatchObject([{ name: "Lock Box", platform: "lockbox" }]);
  });

  it("refuses wrong ones in the platform's words, and says when it is down; nothing is stored", async () => {
    const wrong = await post(owner, { handle: "ada", appPassword: "guess" });
    expect(wrong.json()).toMatchObject({
      status: 422,
      code: "credentials_refused",
      detail: "Invalid identifier or password",
    });
    const down = await post(owner, { handle: "ada", appPassword: "down" });
    expect(down.json()).toMatchObject({ status: 503, code: "platform_unavailable" });
    expect((await owner.call("GET", "/v1/connections")).json()).toEqual({
      data: [],
      nextCursor: null,
    });
  });

  it("names each field that is missing or not known", async () => {
    const answer = await post(owner, { handle: "", "a/b~c": "x", __proto__x: "y" });
    expect(answer.statusCode).toBe(422);
    const pointers = answer
      .json<{ errors: { pointer: string }[] }>()
      .errors.map((one) => one.pointer);
    expect(pointers).toEqual([
      "/credentials/handle",
      "/credentials/appPassword",
      "/credentials/a~1b~0c",
      "/credentials/__proto__x",
    ]);
    expect((await post(owner, undefined)).statusCode).toBe(422);
    expect((await post(owner, { handle: "x" }, "sandbox")).statusCode).toBe(422);
    expect((await post(owner, undefined, "nowhere")).json()).toMatchObject({
      code: "unknown_platform",
    });
  });
});

describe("connecting the same account again", () => {
  it("keeps the channels' ids, and lets blocked posts go on", async () => {
    const first = await connect(owner, "demo");
    const before = await channelsOf(owner, first);
    expect(before).toHaveLength(2);
    const [channel] = before;
    const em = inWorkspace(api.context.orm, owner.workspaceId);
    await em.nativeUpdate(Connection, { id: first }, { status: "needs_reauthorization" });
    const channelId = channel?.id ?? "";
    const { postId } = await insertPost(owner, { channelId, post: "blocked", target: "blocked" });

    const second = await connect(owner, "demo");
    expect(second).not.toBe(first);
    const ids = (rows: { id: string }[]) => rows.map((row) => row.id).sort();
    expect(ids(await channelsOf(owner, second))).toEqual(ids(before));
    expect((await owner.call("GET", `/v1/connections/${first}`)).statusCode).toBe(404);
    expect(api.told).toContainEqual({ what: "nudge", workflowId: `post/${postId}` });
    expect(api.told).toContainEqual({ what: "nudge", workflowId: `connection/${first}` });
    expect(await em.count(Channel, {})).toBe(2);
  });

  it("happens for a key at its confirmation only", async () => {
    const first = await connect(owner, "twice");
    const before = await channelsOf(owner, first);
    const key = await program(api, owner, ["connections:read", "connections:write"]);
    const begun = await begin(key);
    await api.app.inject({ method: "GET", url: await approve(begun, "twice") });
    expect(await channelsOf(owner, first)).toEqual(before);
    expect(await statusOf(owner, first)).toBe("active");
    await key.call("POST", `/v1/connections/${begun.id}/confirm`);
    const moved = before.map((channel) => ({ ...channel, connectionId: begun.id }));
    expect(await channelsOf(owner, begun.id)).toEqual(moved);
    expect((await owner.call("GET", `/v1/connections/${first}`)).statusCode).toBe(404);
  });

  it("leaves one connection when two come together", async () => {
    const paths = await Promise.all(
      [1, 2, 3].map(async () => approve(await begin(owner), "together")),
    );
    const pages = await Promise.all(paths.map((path) => owner.call("GET", path)));
    expect(pages.map((page) => page.statusCode)).toEqual([200, 200, 200]);
    const { data } = (await owner.call("GET", "/v1/connections")).json();
    expect(data).toHaveLength(1);
    expect(await channelsOf(owner, data[0].id)).toHaveLength(2);
  });
});

describe("connecting again what was disconnected", () => {
  const em = () => inWorkspace(api.context.orm, owner.workspaceId);
  const listed = async (caller: Caller, query = "?disconnected=true") =>
    (await caller.call("GET", `/v1/connections${query}`)).json<{ data: { id: string }[] }>().data;
  const disconnect = async (id: string, query = "") =>
    expect((await owner.call("DELETE", `/v1/connections/${id}${query}`)).statusCode).toBe(204);
  /** What its workflow does then. */
  async function forget(connectionId: string): Promise<void> {
    const { forgetConnection } = createConnectionActivities(await activityDeps(api));
    await runActivity(forgetConnection, { workspaceId: owner.workspaceId, connectionId });
  }
  const sorted = (channels: { id: string }[]) => channels.map(({ id }) => id).toSorted();
  const needs = async () =>
    (await owner.call("GET", "/v1/needs-you")).json<{ data: { kind: string; postId: string }[] }>()
      .data;
  async function connectedAs(user: string) {
    const id = await connect(owner, user);
    const channels = await channelsOf(owner, id);
    return { id, channels, channelId: channels[0]?.id ?? "" };
  }

  it.each(["at once", "once its workflow has forgotten the account"])(
    "brings back its channels with all that people set there, %s",
    async (when) => {
      const { id, channels, channelId } = await connectedAs("revived");
      const defaults = { hashtags: ["harbour"] };
      await em().nativeUpdate(Channel, { id: channelId }, { group: "Harbour" });
      await em().nativeUpdate(Channel, { id: channelId }, { requiresApproval: true });
      const slots = [{ day: "mon", time: "09:00" }];
      const queue = { timeZone: "Europe/Berlin", slots };
      const set = await owner.call("PUT", `/v1/queues/${channelId}`, { body: queue });
      expect(set.statusCode, set.body).toBe(200);
      const changed = await owner.call("PATCH", `/v1/channels/${channelId}`, {
        body: { defaults },
      });
      expect(changed.statusCode, changed.body).toBe(200);
      const series = await owner.call("POST", "/v1/series", { body: seriesFor(channelId) });
      expect(series.statusCode, series.body).toBe(201);
      await insertRow(em(), RateUse, {
        workspaceId: owner.workspaceId,
        connectionId: id,
        uses: {},
        pausedUntil: new Date(4_000_000_000_000),
      });
      const before = await owner.call("GET", `/v1/channels?limit=100`);
      const { postId } = await insertPost(owner, {
        channelId,
        post: "scheduled",
        target: "pending",
      });
      expect((await owner.call("GET", `/v1/connections/${id}`)).json()).toMatchObject({
        disconnectedAt: null,
        uses: { series: 1, queues: 1 },
      });
      await disconnect(id);
      if (when !== "at once") await forget(id);
      const shown = (await owner.call("GET", `/v1/connections/${id}`)).json();
      expect(shown).toMatchObject({ status: "revoked", account: { name: expect.any(String) } });
      expect(shown.uses.posts).toBeGreaterThan(0);
      expect(shown.disconnectedAt).not.toBeNull();
      expect(sorted(await channelsOf(owner, id))).toEqual(sorted(channels));
      expect(sorted(await listed(owner))).toEqual([id]);
      expect(await listed(owner, "")).toEqual([]);
      await em().nativeUpdate(Post, { id: postId }, { status: "blocked" });
      expect(await needs()).toContainEqual(expect.objectContaining({ kind: "blocked", postId }));
      // It paused by itself while the account was away.
      const seriesId = series.json<{ id: string }>().id;
      const paused = { status: "paused" as const, reason: { code: "channel_gone", detail: "" } };
      await em().nativeUpdate(Series, { id: seriesId }, paused);
      api.told.length = 0;

      const again = await connect(owner, "revived");
      expect((await owner.call("GET", `/v1/series/${seriesId}`)).json()).toMatchObject({
        status: "active",
        reason: null,
      });
      expect(sorted(await channelsOf(owner, again))).toEqual(sorted(channels));
      const after = await owner.call("GET", `/v1/channels?limit=100`);
      const moved = (before.json().data as object[]).map((one) => ({
        ...one,
        connectionId: again,
      }));
      expect(after.json().data).toEqual(moved);
      expect(await em().findOneOrFail(Channel, { id: channelId })).toMatchObject({
        requiresApproval: true,
        group: "Harbour",
        defaults: expect.objectContaining(defaults),
      });
      expect((await owner.call("GET", `/v1/queues/${channelId}`)).json()).toMatchObject(queue);
      expect(await em().find(RateUse, {})).toMatchObject([{ connectionId: again }]);
      expect(api.told).toContainEqual({ what: "nudge", workflowId: `post/${postId}` });
      expect(await listed(owner)).toEqual([]);
      expect(await needs()).not.toContainEqual(expect.objectContaining({ kind: "blocked" }));
      // What is still to be done about the old row finds none, and touches nothing.
      await forget(id);
      expect(await statusOf(owner, again)).toBe("active");
    },
  );

  it("keeps no secrets and nothing that the platform said meanwhile, and goes once nothing refers to it", async () => {
    const { id, channelId } = await connectedAs("stripped");
    const { targetId } = await insertPost(owner, {
      channelId,
      post: "published",
      target: "published",
    });
    await disconnect(id);
    const asked = new Set<string>();
    const { forgetConnection, nextConnectionMove } = createConnectionActivities(
      await activityDeps(api, {
        fetch: (input, init) => {
          asked.add(new URL(input instanceof Request ? input.url : input).pathname);
          return api.context.fetch(input, init);
        },
      }),
    );
    const ids = { workspaceId: owner.workspaceId, connectionId: id };
    expect(await nextConnectionMove({ ...ids, now: Date.now() })).toEqual({ kind: "forget" });
    await runActivity(forgetConnection, ids);
    expect([...asked]).toHaveLength(1);
    asked.clear();
    await runActivity(forgetConnection, ids);
    expect([...asked]).toEqual([]);
    expect(await nextConnectionMove({ ...ids, now: Date.now() })).toEqual({ kind: "done" });
    const row = await em().findOneOrFail(
      Connection,
      { id },
      { populate: ["sealedSecrets", "wrappedKey"] },
    );
    expect(row).toMatchObject({
      sealedSecrets: null,
      wrappedKey: null,
      accountData: null,
      scopes: null,
      handle: null,
    });
    expect(await em().findOneOrFail(Channel, { id: channelId })).toMatchObject({
      handle: null,
      url: null,
      avatarUrl: null,
    });
    await em().nativeUpdate(Connection, { id }, { updatedAt: new Date(0) });
    expect(await findOpenWork(em(), { workspaceId: owner.workspaceId })).toEqual([]);

    await em().nativeUpdate(Target, { id: targetId }, { status: "cancelled" });
    expect((await owner.call("GET", `/v1/connections/${id}`)).statusCode).toBe(404);
    const minute = [...Array(60).keys()].map((at) => new Date(Date.UTC(2026, 0, 1, 0, at)));
    for (const now of minute) {
      const deps = await activityDeps(api, { now: () => now });
      await createSweepActivities(deps).forgetAnswers();
    }
    expect(await em().count(Connection, { id })).toBe(0);
  });

  it("leaves one connection when two come together, whether or not it is just being forgotten", async () => {
    const { id, channels, channelId } = await connectedAs("hurried");
    await insertPost(owner, { channelId, post: "scheduled", target: "pending" });
    await disconnect(id);
    const paths = await Promise.all(
      [1, 2, 3].map(async () => approve(await begin(owner), "hurried")),
    );
    const [, ...pages] = await Promise.all([
      forget(id),
      ...paths.map((path) => owner.call("GET", path)),
    ]);
    expect(pages.map((page) => page.statusCode)).toEqual([200, 200, 200]);
    const left = await listed(owner, "");
    expect(left).toHaveLength(1);
    expect(sorted(await channelsOf(owner, left[0]?.id ?? ""))).toEqual(sorted(channels));
    expect(await listed(owner)).toEqual([]);
    expect(await em().count(Connection, {})).toBe(1);
  });

  it("brings back nothing in another workspace", async () => {
    const { id, channels, channelId } = await connectedAs("shared");
    const { targetId } = await insertPost(owner, {
      channelId,
      post: "scheduled",
      target: "pending",
    });
    await disconnect(id);
    await forget(id);
    api.told.length = 0;
    const stranger = await person(api);
    const theirs = await connect(stranger, "shared");
    const overlap = (await channelsOf(stranger, theirs)).filter(({ id: one }) =>
      sorted(channels).includes(one),
    );
    expect(overlap).toEqual([]);
    expect(await listed(stranger)).toEqual([]);
    expect(sorted(await listed(owner))).toEqual([id]);
    expect(api.told.filter(({ workflowId }) => workflowId.startsWith("post/"))).toEqual([]);
    expect((await em().findOneOrFail(Target, { id: targetId })).status).toBe("blocked");
    // Nor is another account of the same workspace this one.
    await connect(owner, "somebody-else");
    expect(sorted(await listed(owner))).toEqual([id]);
    const remove = await stranger.call("DELETE", `/v1/connections/${id}?forget=true`);
    expect(remove.statusCode).toBe(404);
  });

  it("keeps channels that the account does not offer any more, blocks what waits there, and takes them back once it does", async () => {
    const { id, channels, channelId } = await connectedAs("shrunk");
    const remoteId = "page-that-went";
    // What it offered before it lost a page: here by another id at the platform.
    const { remoteId: offered } = await em().findOneOrFail(Channel, { id: channelId });
    await em().nativeUpdate(Channel, { id: channelId }, { remoteId });
    const { postId, targetId } = await insertPost(owner, {
      channelId,
      post: "scheduled",
      target: "pending",
    });
    const second = await connect(owner, "shrunk");
    expect((await channelsOf(owner, second)).map((one) => one.id)).not.toContain(channelId);
    expect(await em().findOneOrFail(Target, { id: targetId })).toMatchObject({
      status: "blocked",
      error: {
        code: "disconnected",
        detail: expect.stringContaining("does not offer it any more"),
      },
    });
    expect(api.told).toContainEqual({ what: "nudge", workflowId: `post/${postId}` });
    expect(await listed(owner)).toMatchObject([{ id }]);
    expect(
      (await em().findOneOrFail(Connection, { id }, { populate: ["wrappedKey"] })).wrappedKey,
    ).toBeNull();

    await em().nativeUpdate(Channel, { id: channelId }, { remoteId: offered });
    const fresh = await em().findOneOrFail(Channel, { connectionId: second, remoteId: offered });
    await em().nativeDelete(Channel, { id: fresh.id });
    const third = await connect(owner, "shrunk");
    expect(sorted(await channelsOf(owner, third))).toEqual(sorted(channels));
    expect(await em().count(Connection, {})).toBe(1);
  });

  it("removes it for good where somebody asks for that", async () => {
    const { id, channelId } = await connectedAs("unwanted");
    await insertPost(owner, { channelId, post: "scheduled", target: "pending" });
    await disconnect(id);
    await forget(id);
    await disconnect(id, "?forget=true");
    expect(await em().count(Connection, { id })).toBe(0);
    expect(await listed(owner)).toEqual([]);
    expect(await auditOf(owner, id)).toContain("connection.forgotten");
    expect((await owner.call("DELETE", `/v1/connections/${id}?forget=true`)).statusCode).toBe(404);

    // At once: its platform is told first.
    const other = await connectedAs("unwanted-too");
    const post = { channelId: other.channelId, post: "scheduled", target: "pending" } as const;
    const { targetId } = await insertPost(owner, post);
    await disconnect(other.id, "?forget=true");
    expect((await em().findOneOrFail(Target, { id: targetId })).status).toBe("blocked");
    expect(await listed(owner)).toEqual([]);
    await forget(other.id);
    expect(await em().count(Connection, { id: other.id })).toBe(0);
  });

  it("takes back what a take-down said for want of the account", async () => {
    const { id, channelId } = await connectedAs("removed-later");
    const { targetId } = await insertPost(owner, {
      channelId,
      post: "published",
      target: "published",
    });
    await disconnect(id);
    const detail = "The account of Somebody is not connected any more.";
    const removal = { status: "failed" as const, detail, at: new Date().toISOString() };
    const code = "connection_not_usable";
    await em().nativeUpdate(Target, { id: targetId }, { removal: { ...removal, code } });
    await connect(owner, "removed-later");
    expect(await em().findOneOrFail(Target, { id: targetId })).toMatchObject({
      removal: { ...removal, detail: expect.stringContaining("It is now") },
    });
  });
});

describe("refreshing", () => {
  it("is asked for in the row, and accepted with the engine away", async () => {
    const id = await connect(owner, "fresh");
    api.setEngine("delayed");
    const answer = await owner.call("POST", `/v1/connections/${id}/refresh`);
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toEqual({ id, status: "active", engine: "delayed" });
    const row = await inWorkspace(api.context.orm, owner.workspaceId).findOneOrFail(Connection, {
      id,
    });
    expect(row.refreshAskedAt).toBeInstanceOf(Date);
    api.setEngine("ready");
    const again = await owner.call("POST", `/v1/connections/${id}/refresh`);
    expect(again.json()).toMatchObject({ engine: "ready" });
    expect(api.told).toContainEqual({ what: "nudge", workflowId: `connection/${id}` });
  });

  it.each<[ConnectionStatus, string]>([
    ["needs_reauthorization", "needs_reauthorization"],
    ["revoked", "needs_reauthorization"],
    ["pending", "not_authorized_yet"],
  ])("is refused when the connection is %s", async (status, code) => {
    const id = await connect(owner, "stale");
    const em = inWorkspace(api.context.orm, owner.workspaceId);
    await em.nativeUpdate(Connection, { id }, { status });
    const answer = await owner.call("POST", `/v1/connections/${id}/refresh`);
    expect(answer.json()).toMatchObject({ status: 409, code });
  });
});

it("a platform that knows no refreshing says so", async () => {
  const credentials = { handle: "ada", appPassword: "right" };
  const body = { platform: "lockbox", credentials };
  const { id } = (await owner.call("POST", "/v1/connections", { body })).json();
  const answer = await owner.call("POST", `/v1/connections/${id}/refresh`);
  expect(answer.json()).toMatchObject({ status: 409, code: "not_refreshable" });
});

describe("disconnecting", () => {
  it("is gone at once, and what was to go out says why it waits", async () => {
    const id = await connect(owner, "leaver");
    const [channel] = await channelsOf(owner, id);
    const channelId = channel?.id ?? "";
    const waiting = await insertPost(owner, { channelId, post: "scheduled", target: "pending" });
    const sending = await insertPost(owner, {
      channelId,
      post: "publishing",
      target: "publishing",
    });
    const done = await insertPost(owner, { channelId, post: "published", target: "published" });

    expect((await owner.call("DELETE", `/v1/connections/${id}`)).statusCode).toBe(204);
    for (const [method, path] of [
      ["POST", "/refresh"],
      ["POST", "/confirm"],
      // Asked again, as after a lost answer: nothing more is removed.
      ["DELETE", ""],
    ] as const) {
      expect((await owner.call(method, `/v1/connections/${id}${path}`)).statusCode).toBe(404);
    }
    expect((await owner.call("GET", "/v1/connections")).json().data).toEqual([]);
    const em = inWorkspace(api.context.orm, owner.workspaceId);
    const target = await em.findOneOrFail(Target, { id: waiting.targetId });
    expect(target).toMatchObject({ status: "blocked", error: { code: "disconnected" } });
    const told = await em.find(Event, { type: "target.blocked" });
    expect(told.map(({ data }) => data)).toEqual([{ targetId: waiting.targetId }]);
    for (const one of [sending, done]) {
      const other = await em.findOneOrFail(Target, { id: one.targetId });
      expect(other.status).not.toBe("blocked");
    }
    const ids = api.told.filter((one) => one.what === "nudge").map((one) => one.workflowId);
    expect(ids).toContain(`post/${waiting.postId}`);
    expect(ids).not.toContain(`post/${done.postId}`);
    const own = api.told.filter((one) => one.workflowId === `connection/${id}`);
    expect(own.map((one) => one.what).slice(-2)).toEqual(["start refreshConnection", "nudge"]);
    expect(await auditOf(owner, id)).toContain("connection.disconnected");
  });
});

describe("reading", () => {
  it("lists by platform and status, page by page", async () => {
    const ids = [];
    for (const user of ["one", "two", "three"]) ids.unshift(await connect(owner, user));
    await begin(owner);
    const first = (await owner.call("GET", "/v1/connections?status=active&limit=2")).json();
    expect(first.data.map((one: { id: string }) => one.id)).toEqual(ids.slice(0, 2));
    const rest = await owner.call(
      "GET",
      `/v1/connections?status=active&platform=sandbox&limit=2&cursor=${first.nextCursor}`,
    );
    expect(rest.json().data.map((one: { id: string }) => one.id)).toEqual(ids.slice(2));
    const none = await owner.call("GET", "/v1/connections?platform=lockbox");
    expect(none.json()).toEqual({ data: [], nextCursor: null });
  });

  it("shows nothing of another workspace", async () => {
    const id = await connect(owner, "private");
    const stranger = await person(api);
    expect((await stranger.call("GET", "/v1/connections")).json().data).toEqual([]);
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/channels"],
      ["POST", "/refresh"],
      ["POST", "/confirm"],
      ["DELETE", ""],
    ] as const) {
      const answer = await stranger.call(method, `/v1/connections/${id}${path}`);
      expect(answer.json(), `${method} ${path}`).toMatchObject({ status: 404, code: "not_found" });
    }
    expect(await statusOf(owner, id)).toBe("active");
  });

  it.each([
    ["POST", "/v1/connections", { platform: "sandbox", extra: 1 }],
    ["POST", "/v1/connections", { platform: "sand\u0000box" }],
    ["POST", "/v1/connections", { platform: 7 }],
    ["POST", "/v1/connections", {}],
    ["GET", "/v1/connections?status=nice", undefined],
    ["GET", "/v1/connections?platform=%00", undefined],
    ["GET", "/v1/connections?limit=0", undefined],
    ["GET", "/v1/connections?cursor=%00%ff", undefined],
    ["GET", "/v1/connections?unknown=1", undefined],
    ["GET", "/v1/connections/not-an-id", undefined],
    ["DELETE", "/v1/connections/%00", undefined],
  ] as const)("refuses %s %s %j", async (method, url, body) => {
    const answer = await owner.call(method, url, body ? { body } : {});
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
  });
});
