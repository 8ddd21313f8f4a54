import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { createProviderKeyActivities } from "#activities/provider-keys.ts";
import { ProviderCredentials, User } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { sealProviderKey } from "#db/provider-keys.ts";
import { activityDeps, runActivity } from "../harness/activity-deps.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { password, person, type Caller } from "./callers.ts";
import { addChannel, onDatabase } from "./rows.ts";

let api: TestApi;
let owner: Caller & { email: string };
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

type Query = Parameters<Parameters<typeof onDatabase>[1]>[0];

function aKey(status: "checking" | "ok"): Promise<string> {
  const { workspaceId } = owner;
  const { keyRing, orm } = api.context;
  const row = { id: newId(), workspaceId, provider: "openai" };
  const { sealed, wrappedKey } = sealProviderKey({ keyRing, row, secrets: { apiKey: "sk-test" } });
  return insertRow(inWorkspace(orm, workspaceId), ProviderCredentials, {
    ...row,
    status,
    sealedSecrets: sealed,
    wrappedKey,
    models: [],
    createdBy: "user:test",
  });
}

/** Has a worker try a key that works. */
async function tryKey(credentialsId: string): Promise<void> {
  const fetch = () => Promise.resolve(Response.json({ data: [{ id: "gpt-5.4" }] }));
  const { tryProviderKey } = createProviderKeyActivities(await activityDeps(api, { fetch }));
  const { workspaceId } = owner;
  expect(await runActivity(tryProviderKey, { workspaceId, credentialsId })).toEqual({
    status: "ok",
  });
}

const later = new Date(Date.now() + 86_400_000).toISOString();
const series = () =>
  owner.call("POST", "/v1/series", {
    body: {
      content: { text: "Ahoy" },
      targets: [{ channelId }],
      approval: "none",
      rrule: "FREQ=DAILY;COUNT=2",
      start: later.slice(0, 16),
      timeZone: "UTC",
    },
  });

/** Begins the work while `held` is locked, and waits until it waits for it. */
async function whileHeld<T>(
  held: { sql: string; values: unknown[] },
  work: () => Promise<T>,
  look: (query: Query) => Promise<void>,
): Promise<T> {
  return onDatabase(api, async (query) => {
    await query("begin");
    await query(held.sql, held.values);
    const done = work();
    // It is looked at below; what it throws while something else fails here is not lost.
    done.catch(() => undefined);
    try {
      await vi.waitFor(async () => {
        await query("select pg_stat_clear_snapshot()");
        const { rows } = await query(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        expect(rows).toHaveLength(1);
      }, 5_000);
      await look(query);
    } finally {
      await query("commit");
    }
    return done;
  });
}

/** Whoever changes a webhook holds it and then wants the log. */
it.each<[string, string, () => Promise<() => Promise<unknown>>]>([
  [
    "takes a provider's key away",
    "workspace.*",
    async () => {
      await aKey("ok");
      return () => owner.call("DELETE", "/v1/providers/openai/credentials");
    },
  ],
  [
    "notes what came of a key's check",
    "workspace.*",
    async () => {
      const id = await aKey("checking");
      return () => tryKey(id);
    },
  ],
  [
    "makes an agent",
    "agent.*",
    async () => () =>
      owner.call("POST", "/v1/agents", {
        body: {
          name: "Harbour",
          brief: "Say what happens in the harbour.",
          channelIds: [channelId],
          schedule: { days: ["mon"], times: ["09:00"], timeZone: "UTC" },
          autonomy: "autopilot",
        },
      }),
  ],
  ["makes a series with its posts", "post.*", async () => series],
  [
    "changes a series, and makes its posts",
    "post.*",
    async () => {
      const { id } = (await series()).json<{ id: string }>();
      await owner.call("POST", `/v1/series/${id}/pause`);
      return () => owner.call("POST", `/v1/series/${id}/resume`);
    },
  ],
  [
    "changes a channel, and holds back its posts",
    "post.*",
    async () => {
      const posted = await owner.call("POST", "/v1/posts", {
        body: {
          content: { text: "Ahoy" },
          targets: [{ channelId }],
          schedule: { mode: "at", at: later },
          approval: "none",
        },
      });
      expect(posted.statusCode, posted.body).toBe(202);
      const body = { group: "Harbours", requiresApproval: true };
      return () => owner.call("PATCH", `/v1/channels/${channelId}`, { body });
    },
  ],
])("who %s waits for a webhook without holding the log", async (_what, eventType, prepare) => {
  const work = await prepare();
  const made = await owner.call("POST", "/v1/webhooks", {
    body: { url: "https://8.8.8.8/hook", eventTypes: [eventType] },
  });
  expect(made.statusCode, made.body).toBe(201);
  const endpoint = {
    sql: "select 1 from webhook_endpoint where id = $1 for update",
    values: [made.json<{ id: string }>().id],
  };
  const done = await whileHeld(endpoint, work, async (query) => {
    const { rows } = await query(
      "select pg_try_advisory_xact_lock(hashtextextended($1, 7)) as free",
      [owner.workspaceId],
    );
    expect(rows).toEqual([{ free: true }]);
  });
  const { statusCode = 200 } = (done ?? {}) as { statusCode?: number };
  expect(statusCode).toBeLessThan(300);
});

it("who signs in by an invitation waits for their own row without holding the log", async () => {
  const somebody = await person(api);
  const asked = await owner.call("POST", "/v1/invitations", {
    body: { email: somebody.email, role: "viewer" },
  });
  const invitation = asked.json<{ link: string }>().link.split("/").at(-1);
  const { id } = await outsideWorkspaces(api.context.orm).findOneOrFail(User, {
    email: somebody.email,
  });
  const payload = { email: somebody.email, password, invitation };
  const done = await whileHeld(
    { sql: 'select 1 from "user" where id = $1 for no key update', values: [id] },
    async () => api.app.inject({ method: "POST", url: "/v1/auth/login", payload }),
    async (query) => {
      const { rows } = await query(
        "select pg_try_advisory_xact_lock(hashtextextended($1, 7)) as free",
        [owner.workspaceId],
      );
      expect(rows).toEqual([{ free: true }]);
    },
  );
  expect(done.statusCode, done.body).toBe(200);
});

/** A rotation takes a workspace's keys by their ids. */
it.each<[string, () => Promise<unknown>, (newer: string) => Promise<unknown>]>([
  [
    "takes them away",
    () => aKey("ok"),
    () => owner.call("DELETE", "/v1/providers/openai/credentials"),
  ],
  ["notes what came of a check", () => aKey("ok"), tryKey],
])("who %s takes a provider's keys in a rotation's order", async (_what, before, work) => {
  const older = (await before()) as string;
  const newer = await aKey("checking");
  await whileHeld(
    { sql: "select 1 from provider_credentials where id = $1 for update", values: [older] },
    () => work(newer),
    async (query) => {
      const taken = query("select 1 from provider_credentials where id = $1 for update nowait", [
        newer,
      ]);
      await expect(taken).resolves.toMatchObject({ rowCount: 1 });
    },
  );
});
