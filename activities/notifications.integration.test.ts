import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  Agent,
  Connection,
  Member,
  Notification,
  NotificationSettings,
  Outbox,
  Post,
  Target,
  WorkspaceDetails,
} from "#db/entities/index.ts";
import { grantCredits, reserveCredits } from "#db/credits.ts";
import { setConnectionStatus } from "#db/connection-changes.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { setPostStatus } from "#db/post-changes.ts";
import { recordEvent } from "#db/record-event.ts";
import { guest, person, type Caller } from "#test/api/callers.ts";
import { addAgent, addChannel } from "#test/api/rows.ts";
import { activityDeps, runActivity } from "#test/harness/activity-deps.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import { startMailServer, type MailServer } from "#test/harness/start-mail-server.ts";
import { startReceiver, type Receiver } from "#test/harness/start-receiver.ts";
import { createAddressCheck, createGuardedFetch } from "../egress.ts";
import type { ActivityDeps } from "./deps.ts";
import { createMailer } from "./lib/mailer.ts";
import { createNotificationActivities } from "./notifications.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

let api: TestApi;
let mail: MailServer;
let chat: Receiver;
let deps: ActivityDeps;
let owner: Caller & { email: string };
let ids: { workspaceId: string; userId: string };

beforeAll(async () => {
  [mail, chat] = await Promise.all([startMailServer(), startReceiver()]);
  const allow = [chat.hostAndPort];
  api = await startApi({ checkAddress: createAddressCheck({ allow }), mailConfigured: true });
  deps = await activityDeps(api, {
    fetch: createGuardedFetch({ allow }),
    mailer: createMailer({ url: mail.url, from: "Drumbeat <drumbeat@example.com>" }),
    publicUrl: "https://d.example",
  });
});

afterAll(async () => {
  await api?.close();
  await Promise.all([mail?.close(), chat?.close()]);
});

beforeEach(async () => {
  mail.refuse();
  mail.received.length = 0;
  chat.answers({});
  chat.received.length = 0;
  owner = await person(api);
  ids = { workspaceId: owner.workspaceId, userId: await userIdOf(owner) };
});

const userIdOf = async (who: Caller) =>
  (await who.call("GET", "/v1/me")).json<{ user: { id: string } }>().user.id;
const db = () => inWorkspace(api.context.orm, owner.workspaceId);
const rows = (userId = ids.userId) =>
  db().find(Notification, { userId }, { orderBy: { id: "asc" } });
const messages = () =>
  outsideWorkspaces(api.context.orm).find(Outbox, {
    workspaceId: owner.workspaceId,
    workflowType: "notifyMember",
  });
const choose = async (body: object, who: Caller = owner) => {
  const answer = await who.call("PUT", "/v1/notification-settings", { body });
  expect(answer.statusCode, answer.body).toBe(200);
};
const settings = async () =>
  (await owner.call("GET", "/v1/notification-settings")).json<{
    email: { lastError: { detail: string } | null };
    chat: { lastError: { detail: string } | null };
  }>();

const activities = (over: Partial<ActivityDeps> = {}) =>
  createNotificationActivities({ ...deps, ...over });
const next = (afterMs = 0) =>
  runActivity(activities().nextNotificationMove, { ...ids, now: Date.now() + afterMs });
const sendEmail = (over: Partial<ActivityDeps> = {}) =>
  runActivity(activities(over).sendEmailNotifications, ids);
const sendChat = () => runActivity(activities().sendChatNotifications, ids);

/** A post that is in this state, told by its event. */
async function postIn(status: Post["status"], version = 1): Promise<string> {
  const { channelId } = await addChannel(api, owner.workspaceId);
  const made = await owner.call("POST", "/v1/posts", {
    body: {
      content: { text: "nobody's business" },
      targets: [{ channelId }],
      schedule: { mode: "at", at: "2099-01-01T00:00:00Z" },
    },
  });
  const { id } = made.json<{ id: string }>();
  await db().nativeUpdate(Post, { id }, { status, version });
  await tell(`post.${status}`, "post", id, { version });
  return id;
}

const tell = (
  type: string,
  subjectKind: string,
  subjectId: string,
  data: Record<string, string | number> = {},
) =>
  db().transactional((em) =>
    recordEvent(em, { workspaceId: owner.workspaceId, type, subjectKind, subjectId, data }),
  );

describe("who is told", () => {
  it("are the members who may act on it, each the way they chose, by a workflow of their own", async () => {
    const [editor, approver, viewer] = [
      await guest(api, owner, "editor"),
      await guest(api, owner, "approver"),
      await guest(api, owner, "viewer"),
    ];
    const quiet = await guest(api, owner, "editor");
    const chatty = await guest(api, owner, "editor");
    await choose({ choices: { needs_approval: [] } }, quiet);
    await choose({ choices: { needs_approval: ["chat"] }, chatUrl: chat.url }, chatty);
    const id = await postIn("awaiting_approval");
    const told = async (who: Caller) => rows(await userIdOf(who));
    for (const who of [owner, editor, approver])
      expect(await told(who)).toMatchObject([
        {
          kind: "needs_approval",
          subjectId: id,
          inConsole: true,
          email: "waiting",
          chat: "none",
          seenAt: null,
        },
      ]);
    expect(await told(viewer)).toEqual([]);
    expect(await told(quiet)).toEqual([]);
    expect(await told(chatty)).toMatchObject([
      { inConsole: false, email: "none", chat: "waiting" },
    ]);
    expect((await messages()).map(({ workflowId }) => workflowId).toSorted()).toEqual(
      (await Promise.all([owner, editor, approver, chatty].map(userIdOf)))
        .map((userId) => `notify/${owner.workspaceId}/${userId}`)
        .toSorted(),
    );
    const elsewhere = await person(api);
    expect(await inWorkspace(api.context.orm, elsewhere.workspaceId).count(Notification, {})).toBe(
      0,
    );
  });

  it("are told once of each cause", async () => {
    const id = await postIn("awaiting_approval");
    await tell("post.awaiting_approval", "post", id, { version: 1 });
    expect(await rows()).toHaveLength(1);
    expect(await messages()).toHaveLength(1);
    await tell("post.awaiting_approval", "post", id, { version: 2 });
    expect(await rows()).toHaveLength(2);
    // Each failure is one.
    for (const count of [3, 4]) {
      await tell("post.failed", "post", id, { version: 2 });
      expect(await rows()).toHaveLength(count);
    }
  });

  it("are told of the channels of a post that it is about", async () => {
    const id = await postIn("scheduled");
    const channels = [await addChannel(api, owner.workspaceId, "bluesky")];
    const other = await owner.call("PATCH", `/v1/posts/${id}`, {
      body: {
        targets: [
          ...(await db().find(Target, { postId: id })).map(({ channelId }) => ({ channelId })),
          ...channels.map(({ channelId }) => ({ channelId })),
        ],
      },
    });
    expect(other.statusCode, other.body).toBe(200);
    // As a story does it, all in one transaction.
    await db().transactional(async (em) => {
      const post = await em.findOneOrFail(Post, { id });
      const targets = await em.find(Target, { postId: id });
      for (const target of targets)
        target.status = target.platform === "bluesky" ? "failed" : "published";
      post.status = "publishing";
      await setPostStatus(em, post, "partially_published");
    });
    expect(await rows()).toMatchObject([{ kind: "failed", subjectName: "A bluesky profile" }]);
    await tell("post.overdue", "post", id, { version: 1 });
    expect(await rows()).toMatchObject([
      {},
      { kind: "overdue", subjectName: "A bluesky profile, A sandbox profile" },
    ]);
  });

  it("are not told of what a person gave up, unless something else failed beside it", async () => {
    const id = await postIn("scheduled");
    const fail = (code: string) =>
      db().transactional(async (em) => {
        await em.nativeUpdate(
          Target,
          { postId: id },
          { status: "failed", error: { code, detail: "It is let go." } },
        );
        const post = await em.findOneOrFail(Post, { id });
        post.status = "publishing";
        await setPostStatus(em, post, "failed");
      });
    await fail("given_up");
    expect(await rows()).toEqual([]);
    await fail("platform_error");
    expect(await rows()).toMatchObject([{ kind: "failed" }]);
  });

  it("are told of an account once for each authorization of it", async () => {
    const { connectionId } = await addChannel(api, owner.workspaceId);
    const set = (status: Connection["status"]) =>
      db().transactional(async (em) => {
        const connection = await em.findOneOrFail(Connection, { id: connectionId });
        if (status === "active") connection.secretsVersion += 1;
        await setConnectionStatus(em, connection, status, null);
      });
    await set("expired");
    await set("needs_reauthorization");
    expect(await rows()).toMatchObject([{ kind: "connection", eventType: "connection.expired" }]);
    await set("active");
    await set("needs_reauthorization");
    expect(await rows()).toHaveLength(2);
  });

  it("hear of agents and of credits that end", async () => {
    const { channelId } = await addChannel(api, owner.workspaceId);
    const agentId = await addAgent(api, owner.workspaceId, { channelId });
    const { name } = await db().findOneOrFail(Agent, { id: agentId });
    await tell("agent.halted", "agent", agentId);
    expect(await rows()).toMatchObject([{ kind: "agent_halted", subjectName: name }]);

    const { workspaceId } = owner;
    const { credits } = await db().findOneOrFail(WorkspaceDetails, { id: workspaceId });
    const change = (work: (em: ReturnType<typeof db>) => Promise<void>) => db().transactional(work);
    const subject = `grant:${workspaceId}`;
    await change(async (em) => {
      await grantCredits(em, { workspaceId, subject, credits: credits * 10 });
    });
    const spend = (name: string, amount: number) =>
      change((em) =>
        reserveCredits(em, {
          ...{ workspaceId, subject: `${name}:${workspaceId}`, credits: amount },
          now: new Date(),
        }),
      );
    await spend("one", credits * 10);
    expect(await rows()).toHaveLength(1);
    await spend("two", 1);
    await spend("three", 1);
    expect(await rows()).toMatchObject([{}, { kind: "limit_near", subjectKind: "workspace" }]);
  });

  it("are nobody where the change was not made", async () => {
    const broken = db().transactional(async (em) => {
      await recordEvent(em, {
        workspaceId: owner.workspaceId,
        type: "agent.halted",
        subjectKind: "agent",
        subjectId: ids.userId,
      });
      throw new Error("rolled back");
    });
    await expect(broken).rejects.toThrow("rolled back");
    expect(await rows()).toEqual([]);
  });
});

describe("a message", () => {
  it("waits a minute for more, then holds it all, with a link to each decision", async () => {
    const approval = await postIn("awaiting_approval");
    const blocked = await postIn("blocked");
    const move = await next();
    expect(move.kind).toBe("wait");
    const [first] = await rows();
    expect(move).toEqual({ kind: "wait", until: (first?.createdAt.getTime() ?? 0) + minute });
    expect(await next(minute)).toEqual({ kind: "send", email: true, chat: false });
    await sendEmail();
    expect(mail.received).toHaveLength(1);
    const [got] = mail.received;
    expect(got?.to).toEqual([owner.email]);
    expect(got?.from).toBe("drumbeat@example.com");
    const text = got?.text.replaceAll("=\r\n", "").replaceAll("=3D", "=") ?? "";
    expect(text).toContain("Auto-Submitted: auto-generated");
    expect(text).toContain(`https://d.example/approvals/${approval}`);
    expect(text).toContain(`https://d.example/posts/${blocked}`);
    expect(text).not.toContain("nobody's business");
    expect((await rows()).map(({ email }) => email)).toEqual(["sent", "sent"]);
    expect(await next(minute)).toEqual({ kind: "done" });
    // A second try of the activity, after its worker died, has nothing left to send.
    await sendEmail();
    expect(mail.received).toHaveLength(1);
  });

  it("leaves out what somebody decided meanwhile", async () => {
    const decided = await postIn("awaiting_approval");
    await postIn("blocked");
    await db().nativeUpdate(Post, { id: decided }, { status: "scheduled" });
    await sendEmail();
    expect(mail.received).toHaveLength(1);
    expect(mail.received[0]?.text).not.toContain(decided);
    expect((await rows()).map(({ email }) => email)).toEqual(["not_needed", "sent"]);
  });

  it.each<[string, Partial<Post>, Partial<Post>]>([
    ["failed", { status: "failed" }, { status: "published" }],
    ["failed", { status: "partially_published" }, { status: "published" }],
    ["failed", { status: "failed" }, { status: "publishing" }],
    ["overdue", { overdueAt: new Date() }, { status: "published" }],
    ["overdue", { overdueAt: new Date() }, { overdueAt: null }],
  ])("that a post is %s is left out when it went on since: %j, %j", async (kind, was, is) => {
    await choose({ choices: { [kind]: ["email"] } });
    const [gone, still] = [await postIn("scheduled"), await postIn("scheduled")];
    for (const id of [gone, still]) {
      await db().nativeUpdate(Post, { id }, was);
      await tell(`post.${kind === "failed" ? was.status : kind}`, "post", id, { version: 1 });
    }
    expect(await rows()).toMatchObject([{ kind }, { kind }]);
    await db().nativeUpdate(Post, { id: gone }, is);
    await sendEmail();
    expect(mail.received).toHaveLength(1);
    expect(mail.received[0]?.text).toContain(still);
    expect(mail.received[0]?.text).not.toContain(gone);
    expect((await rows()).map(({ email }) => email)).toEqual(["not_needed", "sent"]);
  });

  it("goes to the chat as its webhook takes it, whose address is stored sealed", async () => {
    await choose({ choices: { blocked: ["chat"] }, chatUrl: `${chat.url}?token=s3cret` });
    const id = await postIn("blocked");
    expect(await next(minute)).toEqual({ kind: "send", email: false, chat: true });
    await sendChat();
    expect(chat.received).toHaveLength(1);
    const { text } = JSON.parse(chat.received[0]?.body ?? "") as { text: string };
    expect(text).toContain(`<https://d.example/posts/${id}|`);
    expect((await rows())[0]).toMatchObject({ chat: "sent" });
    const stored = await db().execute<object[]>("select * from notification_settings");
    expect(JSON.stringify(stored)).not.toContain("s3cret");
    const shown = await owner.call("GET", "/v1/notification-settings");
    expect(shown.body).not.toContain("s3cret");
    expect(shown.json()).toMatchObject({ chat: { configured: true, host: chat.hostAndPort } });
  });
});

describe("what can't be sent", () => {
  it("is tried again later and shown in the settings, until it is sent", async () => {
    mail.refuse("mailbox is full");
    await postIn("awaiting_approval");
    await expect(sendEmail()).rejects.toThrow("could not be sent");
    expect((await settings()).email.lastError?.detail).toMatch(/mailbox is full/);
    expect((await rows())[0]).toMatchObject({ email: "waiting" });
    const move = await next(minute);
    expect(move.kind === "wait" && move.until - Date.now()).toBeGreaterThan(9 * minute);
    expect(await next(11 * minute)).toEqual({ kind: "send", email: true, chat: false });
    mail.refuse();
    await sendEmail();
    expect(mail.received).toHaveLength(1);
    expect((await settings()).email.lastError).toBeNull();
    expect((await rows())[0]).toMatchObject({ email: "sent" });
  });

  it("is given up after a day", async () => {
    await postIn("awaiting_approval");
    expect(await next(day + minute)).toEqual({ kind: "done" });
    expect((await rows())[0]).toMatchObject({ email: "failed", inConsole: true, seenAt: null });
  });

  it("for want of a mail server is not tried again, and breaks nothing else", async () => {
    await postIn("awaiting_approval");
    await sendEmail({ mailer: undefined });
    expect((await settings()).email.lastError?.detail).toMatch(/SMTP_URL/);
    expect(await next(day)).toEqual({ kind: "done" });
    const list = await owner.call("GET", "/v1/notifications");
    expect(list.json().data).toHaveLength(1);
  });

  it("because the chat's webhook was taken back is not tried again", async () => {
    await choose({ choices: { blocked: ["chat"] }, chatUrl: chat.url });
    chat.answers({ status: 404, body: "no_service" });
    await postIn("blocked");
    await sendChat();
    expect((await settings()).chat.lastError?.detail).toMatch(/404: no_service/);
    expect((await rows())[0]).toMatchObject({ chat: "failed" });
    chat.answers({ status: 503 });
    await postIn("blocked");
    await expect(sendChat()).rejects.toThrow();
    expect((await rows())[1]).toMatchObject({ chat: "waiting" });
  });

  it("to a private address is not sent, whatever is stored", async () => {
    await choose({ choices: { blocked: ["chat"] }, chatUrl: chat.url });
    await postIn("blocked");
    const closed = { fetch: createGuardedFetch({ allow: [] }) };
    const sending = runActivity(activities(closed).sendChatNotifications, ids);
    await expect(sending).rejects.toThrow();
    expect((await settings()).chat.lastError?.detail).toMatch(/refused/);
    expect(chat.received).toHaveLength(0);
  });
});

describe("a member who left", () => {
  it("is told nothing, and nothing of theirs stays", async () => {
    const leaver = await guest(api, owner, "editor");
    await choose({ choices: {}, chatUrl: chat.url }, leaver);
    await postIn("awaiting_approval");
    const userId = await userIdOf(leaver);
    const theirs = { ...ids, userId };
    expect(await rows(userId)).toHaveLength(1);
    const members = await owner.call("GET", "/v1/members");
    const member = members
      .json<{ data: { id: string; user: { id: string } }[] }>()
      .data.find(({ user }) => user.id === userId);
    expect((await owner.call("DELETE", `/v1/members/${member?.id}`)).statusCode).toBe(204);
    expect(await rows(userId)).toEqual([]);
    expect(await db().count(NotificationSettings, { userId })).toBe(0);
    await runActivity(activities().sendEmailNotifications, theirs);
    expect(mail.received).toHaveLength(0);
    await postIn("awaiting_approval");
    expect(await rows(userId)).toEqual([]);
  });

  it("between the event and the message gets none", async () => {
    await postIn("awaiting_approval");
    await db().nativeDelete(Member, { userId: ids.userId });
    expect(await next(minute)).toEqual({ kind: "done" });
    expect((await rows())[0]).toMatchObject({ email: "not_needed" });
  });
});
