import http from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { announceAccess } from "#db/announce-access.ts";
import { Member, Session } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { recordEvent } from "#db/record-event.ts";
import { keyScopes } from "#domain/permissions.ts";
import { openEventSource, type EventSource } from "../harness/open-event-source.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { elsewhere, password, person, program, type Caller } from "./callers.ts";

let api: TestApi;
let origin: string;
let owner: Caller & { email: string };
const open: EventSource[] = [];

beforeAll(async () => {
  api = await startApi();
  await api.app.listen({ host: "127.0.0.1", port: 0 });
  origin = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
  owner = await person(api);
});

afterEach(() => {
  for (const source of open.splice(0)) source.close();
});

afterAll(async () => {
  await api?.close();
});

/** Follows the events; where the stream opens, its greeting was heard when this returns. */
async function follow(
  who: Caller,
  options: { query?: string; lastEventId?: string } = {},
): Promise<EventSource> {
  const source = await openEventSource(`${origin}/v1/events${options.query ?? ""}`, {
    ...who.headers,
    ...(options.lastEventId === undefined ? {} : { "Last-Event-ID": options.lastEventId }),
  });
  open.push(source);
  if (source.status === 200) await source.next(({ event }) => event === "ready");
  return source;
}

/** Writes an event as any change does; gives the id of what it is about. */
async function happen(
  workspaceId: string,
  type: string,
  { subjectKind = "post", subjectId = newId() } = {},
): Promise<string> {
  await inWorkspace(api.context.orm, workspaceId).transactional((em) =>
    recordEvent(em, { workspaceId, type, subjectKind, subjectId }),
  );
  return subjectId;
}

const about = (id: string) => (message: { data: string }) => message.data.includes(id);
const toldTypes = (source: EventSource) =>
  source.messages.flatMap(({ event }) => (event && !/^(ready|end)$/.test(event) ? [event] : []));

describe("the stream", () => {
  it("tells what happens from now on, and to this workspace alone", async () => {
    await happen(owner.workspaceId, "post.scheduled");
    const stranger = await person(api);
    const source = await follow(owner);
    await happen(stranger.workspaceId, "post.published");
    const id = await happen(owner.workspaceId, "post.published");
    const message = await source.next(about(id));
    expect(message).toMatchObject({
      event: "post.published",
      id: expect.stringMatching(/^\d+\.\d+$/),
    });
    expect(JSON.parse(message.data)).toEqual({
      id,
      kind: "post",
      type: "post.published",
      at: expect.stringMatching(/^\d{4}-/),
    });
    expect(toldTypes(source)).toEqual(["post.published"]);
  });

  it("goes on where the client was, even where it has heard of nothing yet", async () => {
    const first = await follow(owner);
    const greeting = first.messages[0]?.id ?? "";
    first.close();
    const one = await happen(owner.workspaceId, "post.preparing");
    const two = await happen(owner.workspaceId, "post.scheduled");
    const second = await follow(owner, { lastEventId: greeting });
    const { id: afterOne = "" } = await second.next(about(one));
    await second.next(about(two));
    const third = await follow(owner, { lastEventId: afterOne });
    await third.next(about(two));
    expect(toldTypes(third)).toEqual(["post.scheduled"]);
  });

  it("loses nothing that commits late: a transaction that began first and ends last", async () => {
    const source = await follow(owner);
    const client = new pg.Client({ connectionString: api.database.url });
    await client.connect();
    try {
      await client.query("begin");
      await client.query("select set_config('app.workspace_id', $1, true)", [owner.workspaceId]);
      const [early, late] = [newId(), newId()];
      await client.query(
        `insert into event (id, workspace_id, created_at, type, subject_kind, subject_id, data)
         values ($1, $2, now(), 'post.published', 'post', $3, '{}')`,
        [newId(), owner.workspaceId, early],
      );
      await happen(owner.workspaceId, "post.scheduled", { subjectId: late });
      // Another look, so that the later one was seen for sure and is held back.
      await happen(owner.workspaceId, "post.failed");
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(toldTypes(source)).toEqual([]);
      // Nobody is notified of this one: the stream looks again by itself.
      await client.query("commit");
      await source.next(about(late));
      await source.next(({ event }) => event === "post.failed");
      expect(toldTypes(source)).toEqual(["post.published", "post.scheduled", "post.failed"]);
      const ids = source.messages.map(({ id }) => id);
      const from = await follow(owner, { lastEventId: ids[1] ?? "" });
      await from.next(({ event }) => event === "post.failed");
      expect(toldTypes(from)).toEqual(["post.scheduled", "post.failed"]);
    } finally {
      await client.end();
    }
  });

  it("starts from now, and says so, where the client's place is not of this database", async () => {
    for (const lastEventId of ["999999999999.1", "12", "nonsense"]) {
      const source = await follow(owner, { lastEventId });
      expect(source.messages.map(({ event }) => event)).toEqual(["reset", "ready"]);
      const id = await happen(owner.workspaceId, "post.published");
      await source.next(about(id));
    }
  });

  it("tells of one subject, or of one kind, where asked to", async () => {
    const id = newId();
    const one = await follow(owner, { query: `?subject=post:${id}` });
    const kind = await follow(owner, { query: "?type=run." });
    await happen(owner.workspaceId, "post.published");
    await happen(owner.workspaceId, "target.published", { subjectId: id });
    await happen(owner.workspaceId, "run.running", { subjectKind: "run" });
    await one.next(({ event }) => event === "target.published");
    await kind.next(({ event }) => event === "run.running");
    expect(toldTypes(one)).toEqual(["target.published"]);
    expect(toldTypes(kind)).toEqual(["run.running"]);
    for (const query of ["?subject=post", "?subject=post:1", "?type=post", "?type=%25."]) {
      expect((await owner.call("GET", `/v1/events${query}`)).statusCode, query).toBe(422);
    }
  });

  it("shows a key what its scopes let it read", async () => {
    const reader = await program(api, owner, ["agents:read"]);
    const nobody = await program(api, owner, ["usage:read"]);
    const [some, none] = [await follow(reader), await follow(nobody)];
    const all = await follow(await program(api, owner, [...keyScopes]));
    for (const type of ["post.published", "secret.told", "step.succeeded", "run.succeeded"]) {
      await happen(owner.workspaceId, type);
    }
    for (const source of [some, all]) await source.next(({ event }) => event === "run.succeeded");
    expect(toldTypes(some)).toEqual(["step.succeeded", "run.succeeded"]);
    expect(toldTypes(all)).toEqual(["post.published", "step.succeeded", "run.succeeded"]);
    expect(toldTypes(none)).toEqual([]);
  });

  it("is no more than twenty at once for one person", async () => {
    const someone = await person(api);
    for (let count = 0; count < 20; count += 1) await follow(someone);
    const answer = await someone.call("GET", "/v1/events");
    expect(answer.json()).toMatchObject({ status: 429, code: "too_many_streams" });
    expect(answer.headers["retry-after"]).toBe("10");
    open.at(-1)?.close();
    await vi.waitFor(async () => expect((await follow(someone)).status).toBe(200), 5_000);
    expect((await follow(owner)).status).toBe(200);
  });

  it("does not read on for a client that takes nothing, and lets go of it", async () => {
    await vi.waitFor(() => expect(api.app.streams.count()).toBe(0), 5_000);
    const someone = await person(api);
    const [rows, batches] = [15_000, 75];
    const request = http.get(`${origin}/v1/events`, {
      headers: { ...someone.headers, "last-event-id": "0.0" },
    });
    request.on("error", () => undefined);
    const response = await new Promise<http.IncomingMessage>((resolve) => {
      request.once("response", resolve);
    });
    response.on("error", () => undefined);
    response.pause();
    const fork = vi.spyOn(api.context.orm.em, "fork");
    await inWorkspace(api.context.orm, someone.workspaceId).transactional(async (em) => {
      await em.execute(
        `insert into event (id, workspace_id, created_at, type, subject_kind, subject_id, data)
         select gen_random_uuid(), ?::uuid, now(), 'post.published', 'post', gen_random_uuid(),
           jsonb_build_object('filling', repeat('x', 1000)) from generate_series(1, ?)`,
        [someone.workspaceId, rows],
      );
      await recordEvent(em, {
        workspaceId: someone.workspaceId,
        type: "post.failed",
        subjectKind: "post",
        subjectId: newId(),
      });
    });
    fork.mockClear();
    // It reads until the connection takes no more, and then no further.
    let looks = -1;
    while (fork.mock.calls.length > looks) {
      looks = fork.mock.calls.length;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(looks).toBeGreaterThan(1);
    expect(looks).toBeLessThan(batches);
    let told = 0;
    let last = false;
    response.on("data", (chunk: Buffer) => {
      told += chunk.toString("latin1").split("event: post.published").length - 1;
      last ||= chunk.includes("event: post.failed");
    });
    response.resume();
    await vi.waitFor(() => expect(last).toBe(true), 20_000);
    // A name that two chunks share is not counted.
    expect(told).toBeGreaterThan(rows - 1_000);
    request.destroy();
    await vi.waitFor(() => expect(api.app.streams.count()).toBe(0), 5_000);
    fork.mockRestore();
  });
});

describe("the stream ends within a second", () => {
  const end = (source: EventSource, reason: string) =>
    within(1_000, async () => {
      await source.ended;
      const last = source.messages.at(-1);
      expect(last).toMatchObject({ event: "end", data: JSON.stringify({ reason }) });
    });
  const sessionOf = async (who: Caller) => {
    const em = outsideWorkspaces(api.context.orm);
    return em.findOneOrFail(
      Session,
      { workspaceId: who.workspaceId },
      { orderBy: { createdAt: "desc" } },
    );
  };

  it("when its key is revoked, and nothing is told after that", async () => {
    const key = await program(api, owner, ["posts:read", "api-keys:read"]);
    const source = await follow(key);
    const keys = (await owner.call("GET", "/v1/api-keys")).json<{ data: { id: string }[] }>();
    const id = keys.data[0]?.id ?? "";
    expect((await owner.call("DELETE", `/v1/api-keys/${id}`)).statusCode).toBe(204);
    await end(source, "access_ended");
    expect((await key.call("GET", "/v1/events")).statusCode).toBe(401);
  });

  it("when the session is ended by another process", async () => {
    const someone = await person(api);
    const source = await follow(someone);
    const generation = await someone.call("POST", "/v1/generations", {
      body: { kind: "text", prompt: "hello" },
    });
    const other = await openEventSource(
      `${origin}/v1/generations/${generation.json().id}/events`,
      someone.headers,
    );
    await other.next(({ event }) => event === "generation.queued");
    const session = await sessionOf(someone);
    await outsideWorkspaces(api.context.orm).transactional(async (em) => {
      await em.nativeUpdate(Session, { id: session.id }, { revokedAt: new Date() });
      await announceAccess(em, `session:${session.id}`);
    });
    await end(source, "access_ended");
    await end(other, "access_ended");
  });

  it("when a member gets another role or is removed, in all their sessions", async () => {
    const someone = await person(api);
    const [first, second] = [await follow(someone), await follow(await elsewhere(api, someone))];
    const { userId } = await sessionOf(someone);
    const change = (work: (em: ReturnType<typeof inWorkspace>) => Promise<unknown>) =>
      inWorkspace(api.context.orm, someone.workspaceId).transactional(async (em) => {
        await work(em as ReturnType<typeof inWorkspace>);
        await announceAccess(em as ReturnType<typeof inWorkspace>, `user:${userId}`);
      });
    await change((em) => em.nativeUpdate(Member, { userId }, { role: "viewer" }));
    await Promise.all([end(first, "access_changed"), end(second, "access_changed")]);
    const third = await follow(someone);
    await change((em) => em.nativeDelete(Member, { userId }));
    await end(third, "access_ended");
  });

  it("when the password was given anew, and its token is the old one", async () => {
    const someone = await person(api);
    const source = await follow(someone);
    const answer = await someone.call("POST", "/v1/auth/step-up", { body: { password } });
    expect(answer.statusCode).toBe(204);
    await end(source, "access_ended");
    const cookie = `sid=${answer.cookies[0]?.value}`;
    expect((await follow({ ...someone, headers: { cookie } })).status).toBe(200);
  });

  it("when the session runs out", async () => {
    const someone = await person(api);
    const session = await sessionOf(someone);
    const expiresAt = new Date(Date.now() + 400);
    await outsideWorkspaces(api.context.orm).nativeUpdate(
      Session,
      { id: session.id },
      { expiresAt },
    );
    const source = await follow(someone);
    await within(400, () => source.ended).catch(() => undefined);
    await end(source, "access_ended");
  });

  it("but not because of somebody else", async () => {
    const source = await follow(owner);
    await announceAccess(outsideWorkspaces(api.context.orm), `user:${newId()}`);
    const id = await happen(owner.workspaceId, "post.published");
    await source.next(about(id));
  });
});

it("comes back by itself when the listening connection is lost, and has missed nothing", async () => {
  const source = await follow(owner);
  const admin = new pg.Client({ connectionString: api.database.adminUrl });
  await admin.connect();
  try {
    // The service's own role: it may end what it began itself.
    const service = new pg.Client({ connectionString: api.database.url });
    await service.connect();
    const killed = await service.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'drumbeat live events' and datname = current_database()`,
    );
    await service.end();
    expect(killed.rowCount).toBe(1);
    const id = await happen(owner.workspaceId, "post.published");
    await source.next(about(id));
    const someone = await person(api);
    const theirs = await follow(someone);
    const next = await happen(someone.workspaceId, "post.published");
    await theirs.next(about(next));
  } finally {
    await admin.end();
  }
});

it("is told when to come back before the server closes", async () => {
  const other = await startApi();
  const someone = await person(other);
  await other.app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = other.app.server.address() as AddressInfo;
  const source = await openEventSource(`http://127.0.0.1:${port}/v1/events`, someone.headers);
  await source.next(({ event }) => event === "ready");
  await within(5_000, () => other.close());
  await source.ended;
  expect(source.retries).toEqual([2_000, 1_000]);
  expect(source.messages.map(({ event }) => event)).toEqual(["ready"]);
});

/** The work's result; fails when it takes longer. */
async function within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
