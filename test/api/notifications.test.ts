import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Notification, Post } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import { usualChoices } from "#domain/notifications.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { guest, person, type Caller } from "./callers.ts";
import { addChannel } from "./rows.ts";

let api: TestApi;
let owner: Caller & { email: string };

beforeAll(async () => {
  api = await startApi();
  owner = await person(api);
});

afterAll(async () => {
  await api?.close();
});

const userIdOf = async (who: Caller) =>
  (await who.call("GET", "/v1/me")).json<{ user: { id: string } }>().user.id;

async function tell(who: Caller, over: Partial<Notification> = {}): Promise<string> {
  return insertRow(inWorkspace(api.context.orm, who.workspaceId), Notification, {
    workspaceId: who.workspaceId,
    userId: await userIdOf(who),
    kind: "needs_approval",
    cause: newId(),
    eventType: "post.awaiting_approval",
    subjectKind: "post",
    subjectId: newId(),
    subjectName: "Ada",
    inConsole: true,
    ...over,
  });
}

interface Page {
  data: { id: string; seenAt: string | null }[];
  nextCursor: string | null;
  unseen: number;
}
const list = async (query = "", who: Caller = owner) =>
  (await who.call("GET", `/v1/notifications${query}`)).json<Page>();

describe("the list", () => {
  it("is one's own: what was not seen first, each newest first, page by page", async () => {
    const member = await guest(api, owner, "editor");
    const made: string[] = [];
    for (let count = 0; count < 6; count += 1) made.push(await tell(member));
    await tell(owner);
    await tell(member, { inConsole: false });
    const see = (ids: (string | undefined)[]) =>
      member.call("POST", "/v1/notifications/seen", { body: { ids } });
    expect((await see([made[5], made[1]])).json()).toEqual({ unseen: 4 });
    const later = await see([made[3]]);
    expect(later.json()).toEqual({ unseen: 3 });
    const order = [4, 2, 0, 3, 5, 1].map((index) => made[index]);
    const whole = await list("", member);
    expect(whole.data.map(({ id }) => id)).toEqual(order);
    expect(whole).toMatchObject({ unseen: 3, nextCursor: null });
    const paged: string[] = [];
    let cursor = "";
    do {
      const page = await list(`?limit=2${cursor}`, member);
      paged.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor ? `&cursor=${page.nextCursor}` : "";
    } while (cursor !== "");
    expect(paged).toEqual(order);
    expect((await list("?seen=true", member)).data).toHaveLength(3);
    expect((await list("?seen=false", member)).data).toHaveLength(3);
    expect((await member.call("GET", "/v1/notifications?cursor=eA")).json()).toMatchObject({
      code: "invalid_cursor",
    });
  });

  it("names the post, and is no news any more once somebody decided", async () => {
    const who = await person(api);
    const { channelId } = await addChannel(api, who.workspaceId);
    const made = await who.call("POST", "/v1/posts", {
      body: { content: { text: "Come on Friday.\nBring friends." }, targets: [{ channelId }] },
    });
    const subjectId = made.json<{ id: string }>().id;
    const em = inWorkspace(api.context.orm, who.workspaceId);
    await em.nativeUpdate(Post, { id: subjectId }, { status: "awaiting_approval" });
    await tell(who, { subjectId });
    expect(await list("", who)).toMatchObject({
      data: [{ about: "Come on Friday.", needed: true }],
      unseen: 1,
      unseenNeeded: 1,
    });
    await who.call("POST", `/v1/posts/${subjectId}/cancel`);
    expect(await list("", who)).toMatchObject({
      data: [{ about: "Come on Friday.", needed: false, seenAt: null }],
      unseen: 1,
      unseenNeeded: 0,
    });
  });

  it("says what it is about and where it is decided", async () => {
    const who = await person(api);
    const subjectId = newId();
    const id = await tell(who, { subjectId });
    expect((await list("", who)).data).toEqual([
      {
        id,
        kind: "needs_approval",
        title: "A post for Ada waits for approval",
        subject: { kind: "post", id: subjectId, name: "Ada" },
        about: null,
        needed: false,
        url: `${api.context.publicUrl}/approvals/${subjectId}`,
        createdAt: expect.any(String),
        seenAt: null,
      },
    ]);
  });

  it("is seen as a whole, by whom it is for alone", async () => {
    const [one, other] = [await guest(api, owner, "editor"), await guest(api, owner, "editor")];
    const id = await tell(one);
    await tell(one);
    await tell(other);
    const see = (who: Caller, body: object) => who.call("POST", "/v1/notifications/seen", { body });
    await see(other, { ids: [id] });
    expect((await list("", one)).unseen).toBe(2);
    expect((await see(one, {})).json()).toEqual({ unseen: 0 });
    expect((await list("", other)).unseen).toBe(1);
  });
});

describe("the settings", () => {
  it("are the usual ones until somebody chooses, kind by kind", async () => {
    const who = await person(api);
    const read = async () => (await who.call("GET", "/v1/notification-settings")).json();
    expect(await read()).toEqual({
      choices: usualChoices,
      email: { available: false, address: who.email, lastError: null },
      chat: { configured: false, host: null, lastError: null },
    });
    const put = (body: object) => who.call("PUT", "/v1/notification-settings", { body });
    await put({ choices: { failed: ["email", "email", "chat"], overdue: [] } });
    const { choices } = (await put({ choices: { blocked: ["chat"] } })).json();
    expect(choices).toEqual({
      ...usualChoices,
      failed: ["email", "chat"],
      overdue: [],
      blocked: ["chat"],
    });
    expect((await read()).choices).toEqual(choices);
    await put({ chatUrl: "https://8.8.8.8/services/T0/B0/secret" });
    expect((await read()).chat).toEqual({ configured: true, host: "8.8.8.8", lastError: null });
    await put({ chatUrl: null });
    expect((await read()).chat).toMatchObject({ configured: false, host: null });
    expect((await owner.call("GET", "/v1/notification-settings")).json().choices).toEqual(
      usualChoices,
    );
  });

  it.each([
    [{ choices: { nothing: ["email"] } }],
    [{ choices: { failed: ["pigeon"] } }],
    [{ chatUrl: "https://127.0.0.1/" }],
    [{ chatUrl: "http://8.8.8.8/" }],
    [{ chatUrl: "not an address" }],
  ])("take no %j", async (body) => {
    const answer = await owner.call("PUT", "/v1/notification-settings", { body });
    expect(answer.statusCode, answer.body).toBe(422);
  });

  it("are tried on demand, where there is something to try", async () => {
    const who = await person(api);
    const userId = await userIdOf(who);
    const test = (way: string) =>
      who.call("POST", "/v1/notification-settings/test", { body: { way } });
    for (const way of ["email", "chat"])
      expect((await test(way)).json()).toMatchObject({ status: 422, code: "way_not_set_up" });
    await who.call("PUT", "/v1/notification-settings", {
      body: { chatUrl: "https://8.8.8.8/hook" },
    });
    api.told.length = 0;
    expect((await test("chat")).json()).toEqual({ engine: "ready" });
    expect(api.told).toEqual([
      { what: "wake notifyMember", workflowId: `notify/${who.workspaceId}/${userId}` },
    ]);
    // It is for the chat, and no news.
    expect(await list("", who)).toMatchObject({ data: [], unseen: 0 });
  });

  it("are tried five times an hour at most, in whichever workspace and way", async () => {
    const who = await person(api);
    const test = (headers = {}) =>
      who.call("POST", "/v1/notification-settings/test", { body: { way: "chat" }, headers });
    // What can't be tried is no try.
    for (let count = 0; count < 6; count += 1) expect((await test()).statusCode).toBe(422);
    await who.call("PUT", "/v1/notification-settings", {
      body: { chatUrl: "https://8.8.8.8/hook" },
    });
    const once = { "idempotency-key": "one" };
    for (let count = 0; count < 3; count += 1) expect((await test(once)).statusCode).toBe(202);
    const more = await Promise.all([test(), test(), test(), test(), test(), test()]);
    expect(more.map(({ statusCode }) => statusCode).toSorted()).toEqual([
      202, 202, 202, 202, 429, 429,
    ]);
    const refused = await test();
    expect(refused.json()).toMatchObject({ status: 429, code: "too_many_tries" });
    const wait = Number(refused.headers["retry-after"]);
    expect(wait).toBeGreaterThan(3_500);
    expect(wait).toBeLessThanOrEqual(3_600);
    const other = await guest(api, who, "editor");
    await other.call("PUT", "/v1/notification-settings", {
      body: { chatUrl: "https://8.8.8.8/hook" },
    });
    const theirs = await other.call("POST", "/v1/notification-settings/test", {
      body: { way: "chat" },
    });
    expect(theirs.statusCode).toBe(202);
  });
});
