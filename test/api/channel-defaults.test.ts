import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AuditEvent, Channel, Post, Target } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { partsOf } from "#db/post-changes.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, program, type Caller } from "./callers.ts";
import { addChannel, sealPost } from "./rows.ts";

const now = new Date("2027-01-15T12:00:00.000Z");

let api: TestApi;
let owner: Caller;
let channelId: string;
let plain: string;

beforeAll(async () => {
  api = await startApi({ now: () => now });
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  owner = await person(api);
  ({ channelId } = await addChannel(api, owner.workspaceId));
  await db().nativeUpdate(Channel, { id: channelId }, { handle: "@ada" });
  plain = (await addChannel(api, owner.workspaceId)).channelId;
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);
const setDefaults = (defaults: object | null) =>
  owner.call("PATCH", `/v1/channels/${channelId}`, { body: { defaults } });
const body = (more: object = {}) => ({
  content: { text: "Ahoy https://a.example" },
  targets: [{ channelId }, { channelId: plain }],
  schedule: { mode: "at", at: "2027-02-01T09:00:00Z" },
  ...more,
});
async function made(more: object = {}): Promise<string> {
  const answer = await owner.call("POST", "/v1/posts", { body: body(more) });
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<{ id: string }>().id;
}
async function edit(id: string, change: object) {
  const answer = await owner.call("PATCH", `/v1/posts/${id}`, { body: change });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}
const textsOf = (post: { targets: { texts: string[] | null }[] }) =>
  post.targets.map(({ texts }) => texts);
const show = async (id: string) => (await owner.call("GET", `/v1/posts/${id}`)).json();
/** What the delivery sends to the first target. */
async function sent(id: string): Promise<string[]> {
  const post = await db().findOneOrFail(Post, { id });
  const target = await db().findOneOrFail(Target, { postId: id, channelId });
  return partsOf(post, target).map(({ text }) => text);
}

describe("a channel's defaults", () => {
  it("are in what is shown, approved and sent, and leave the post as it was asked for", async () => {
    const defaults = {
      hashtags: ["#Sea", "ships"],
      signature: "Ada\r\nat sea ",
      utm: { source: "{platform}", medium: "{channel}", campaign: "{campaign}", content: "{post}" },
    };
    expect((await setDefaults(defaults)).json()).toMatchObject({
      defaults: { hashtags: ["Sea", "ships"], signature: "Ada\nat sea" },
    });
    const id = await made({
      campaign: "Spring",
      parts: [{ kind: "thread", text: "More: https://b.example" }],
    });
    const utm = `utm_source=sandbox&utm_medium=ada&utm_campaign=Spring&utm_content=${id}`;
    const texts = [
      `Ahoy https://a.example?${utm}\n\nAda\nat sea\n\n#Sea #ships`,
      `More: https://b.example?${utm}`,
    ];
    const shown = await show(id);
    expect(shown).toMatchObject({
      content: { text: "Ahoy https://a.example" },
      targets: [
        { overrides: {}, defaults: true, texts },
        { defaults: true, texts: null },
      ],
    });
    expect(await sent(id)).toEqual(texts);
    const hashOf = async () => {
      await sealPost(api, await db().findOneOrFail(Post, { id }));
      return (await show(id)).contentHash;
    };
    const hash = await hashOf();
    // An edit that changes nothing but what the defaults are by now is another content.
    await setDefaults({ ...defaults, signature: "Ada" });
    expect((await show(id)).contentHash).toBe(hash);
    await edit(id, { content: { text: "Ahoy https://a.example" } });
    expect(await hashOf()).not.toBe(hash);
  });

  it("are applied anew and not twice when the post is edited", async () => {
    await setDefaults({ signature: "Ada", hashtags: ["sea"] });
    const id = await made();
    await edit(id, { content: { text: "Other" } });
    expect(await sent(id)).toEqual(["Other\n\nAda\n\n#sea"]);
    const { targets } = await show(id);
    // A client that sends back what it was shown.
    await edit(id, { targets: [{ channelId, overrides: { text: targets[0].texts[0] } }] });
    expect(await sent(id)).toEqual(["Other\n\nAda\n\n#sea"]);
  });

  it("of later count for later posts and edits, not for what was accepted", async () => {
    await setDefaults({ signature: "Ada" });
    const id = await made();
    await setDefaults(null);
    expect(textsOf(await show(id))[0]).toEqual(["Ahoy https://a.example\n\nAda"]);
    await edit(id, { schedule: { mode: "at", at: "2027-02-02T09:00:00Z" } });
    expect(textsOf(await show(id))[0]).toEqual(["Ahoy https://a.example\n\nAda"]);
    expect(textsOf(await edit(id, { content: { text: "Other" } }))).toEqual([null, null]);
  });

  it("are left out where a target says so, also after an edit", async () => {
    await setDefaults({ signature: "Ada" });
    const id = await made({ targets: [{ channelId, defaults: false }] });
    expect(await show(id)).toMatchObject({ targets: [{ defaults: false, texts: null }] });
    expect(textsOf(await edit(id, { content: { text: "Other" } }))).toEqual([null]);
  });

  it("name the campaign that the post has: another one asks for approval anew", async () => {
    await setDefaults({ utm: { campaign: "{campaign}" } });
    const id = await made({ targets: [{ channelId }] });
    expect(textsOf(await show(id))).toEqual([null]);
    await sealPost(api, await db().findOneOrFail(Post, { id }));
    expect(await edit(id, { campaign: "Spring" })).toMatchObject({
      status: "preparing",
      contentHash: null,
      targets: [{ texts: ["Ahoy https://a.example?utm_campaign=Spring"] }],
    });
  });

  it("that make a text too long are named in the refusal", async () => {
    await setDefaults({ signature: "x".repeat(98) });
    const answer = await owner.call("POST", "/v1/posts", {
      body: body({ content: { text: "y".repeat(450) } }),
    });
    expect(answer.json()).toMatchObject({
      status: 422,
      code: "content_refused",
      errors: [
        {
          pointer: "/content/text",
          detail:
            "A sandbox profile: The text has 550 characters; 500 are allowed. The channel's defaults add 100 of them: shorten the text, or send defaults: false for this target.",
        },
      ],
    });
    const without = { targets: [{ channelId, defaults: false }] };
    await made({ content: { text: "y".repeat(450) }, ...without });
  });

  it("are not added to a text that is too long without them", async () => {
    const utm = { source: "{campaign}".repeat(20), content: "{post}".repeat(30) };
    await setDefaults({ utm });
    const text = "http://a.b ".repeat(9_000);
    const startedAt = performance.now();
    const answer = await owner.call("POST", "/v1/posts", {
      body: body({ content: { text }, campaign: "s".repeat(200) }),
    });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(answer.json()).toMatchObject({ status: 422, code: "content_refused" });
    expect(answer.json().errors[0]).toEqual({
      pointer: "/content/text",
      detail:
        "A sandbox profile: The text has 99000 characters; 500 are allowed. Shorten the text: the channel's defaults, which come on top, are not counted yet.",
    });
  });

  it("go into the posts of a series, each with its own id", async () => {
    await setDefaults({ utm: { content: "{post}" } });
    const answer = await owner.call("POST", "/v1/series", {
      body: {
        content: { text: "https://a.example" },
        targets: [{ channelId }],
        rrule: "FREQ=DAILY;COUNT=2",
        start: "2027-01-20T09:00",
        timeZone: "UTC",
        campaign: "Spring",
        labels: ["Sea"],
      },
    });
    expect(answer.statusCode, answer.body).toBe(201);
    const posts = await db().find(Post, { seriesId: answer.json().id });
    expect(posts).toHaveLength(2);
    for (const { id, campaign, labels } of posts) {
      expect([campaign, labels]).toEqual(["Spring", ["Sea"]]);
      expect(await sent(id)).toEqual([`https://a.example?utm_content=${id}`]);
    }
  });
});

describe("setting them", () => {
  it.each([
    [{ hashtags: ["two words"] }, "/defaults/hashtags/0"],
    [{ hashtags: ["#2027"] }, "/defaults/hashtags/0"],
    [{ signature: "x".repeat(1_001) }, "/defaults/signature"],
    [{ utm: { source: "{user}" } }, "/defaults/utm/source"],
    [{ utm: { source: " " } }, "/defaults/utm/source"],
    [{ utm: { other: "x" } }, "/defaults/utm"],
    [{ mood: "x" }, "/defaults"],
  ])("refuses %j", async (defaults, pointer) => {
    expect((await setDefaults(defaults)).json()).toMatchObject({
      status: 422,
      errors: [{ pointer }],
    });
  });

  it("needs connections:write; asking for approval more", async () => {
    const key = await program(api, owner, ["connections:write"]);
    const change = (with_: object) =>
      key.call("PATCH", `/v1/channels/${channelId}`, { body: with_ });
    expect((await change({ group: "North", defaults: { signature: "x" } })).statusCode).toBe(200);
    expect((await change({ group: "South", requiresApproval: true })).json()).toMatchObject({
      code: "missing_scope",
      scope: "workspace:write",
    });
    expect((await change({})).statusCode).toBe(422);
    expect(await db().findOneOrFail(Channel, { id: channelId })).toMatchObject({
      group: "North",
      requiresApproval: false,
    });
    const [line] = await db().find(AuditEvent, { action: "channel.changed" });
    expect(line).toMatchObject({
      subject: `channel:${channelId}`,
      detail: { group: true, defaults: true },
    });
  });
});
