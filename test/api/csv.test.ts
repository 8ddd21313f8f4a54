import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Channel, Post, Target } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";
import { addAsset, addChannel, onDatabase } from "./rows.ts";

const now = new Date("2027-01-15T12:00:00.000Z");

let api: TestApi;
let owner: Caller;
let channelId: string;

beforeAll(async () => {
  api = await startApi({ now: () => now });
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  owner = await person(api);
  channelId = await named("ada", "sandbox");
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);

async function named(handle: string, platform: string): Promise<string> {
  const made = await addChannel(api, owner.workspaceId, platform);
  await db().nativeUpdate(Channel, { id: made.channelId }, { handle });
  return made.channelId;
}

const send = (file: string | Buffer, query = "", type = "text/csv; charset=utf-8") =>
  owner.call("POST", `/v1/posts/import${query}`, {
    body: Buffer.from(file),
    headers: { "content-type": type },
  });

describe("a file of posts", () => {
  it("becomes posts: quotes, line ends, lists, and names of channels", async () => {
    const bluesky = await named("@Ada.example", "bluesky");
    const assetId = await addAsset(api, owner.workspaceId);
    const file =
      "\uFEFFtext,title,channels,at,timeZone,approval,campaign,labels,externalId,assets,altText\r\n" +
      `"Ahoy, ""sailors""\nof the sea",,ADA;bluesky:ada.example,2027-02-01T09:00,Europe/Berlin,,Spring,"a; b;A",one,${assetId},A ship\r\n` +
      `=1+1,,${channelId},2027-02-02T09:00:00Z,,none,,,,,\r\n\r\n`;
    const answer = await send(file);
    expect(answer.statusCode, answer.body).toBe(202);
    expect(answer.json()).toMatchObject({ refused: [], engine: "ready" });
    const [first, second] = await db().find(Post, {}, { orderBy: { id: "asc" } });
    expect(first).toMatchObject({
      content: { text: 'Ahoy, "sailors"\nof the sea' },
      localAt: "2027-02-01T09:00:00",
      timeZone: "Europe/Berlin",
      approval: "required",
      campaign: "Spring",
      labels: ["a", "b"],
      externalId: "one",
      assets: [{ id: assetId, altText: "A ship" }],
    });
    expect(second).toMatchObject({ content: { text: "=1+1" }, approval: "none" });
    // An empty cell is a property that is not there.
    expect([first?.content, second?.content]).toEqual([
      { text: 'Ahoy, "sailors"\nof the sea' },
      { text: "=1+1" },
    ]);
    // As such rows were once stored.
    await onDatabase(api, async (query) => {
      await query(`update post set content = content || '{"title": null}',
        assets = '[{"id": "${assetId}", "altText": null}]' where workspace_id = '${owner.workspaceId}'`);
      await query(
        `update target set overrides = '{"title": null}' where workspace_id = '${owner.workspaceId}'`,
      );
    });
    const shown = await owner.call("GET", "/v1/posts");
    expect(shown.statusCode, shown.body).toBe(200);
    const edited = await owner.call("PATCH", `/v1/posts/${second?.id}`, {
      body: { targets: [{ channelId: bluesky }] },
    });
    expect(edited.statusCode, edited.body).toBe(200);
    const targets = await db().find(
      Target,
      { postId: first?.id ?? "" },
      { orderBy: { position: "asc" } },
    );
    expect(targets.map((target) => target.channelId)).toEqual([channelId, bluesky]);
  });

  it("of files without words about some of them can be read again", async () => {
    const [one, two] = [
      await addAsset(api, owner.workspaceId),
      await addAsset(api, owner.workspaceId),
    ];
    const answer = await send(
      `text,channels,at,assets,altText\nA,ada,2027-02-01T09:00Z,${one};${two},|B\n`,
    );
    expect(answer.statusCode, answer.body).toBe(202);
    expect((await db().find(Post, {}))[0]?.assets).toEqual([
      { id: one },
      { id: two, altText: "B" },
    ]);
  });

  it("may have semicolons between its cells", async () => {
    const answer = await send(`text;channels;at\r\n"A;b";ada;2027-02-01T09:00Z\r\n`);
    expect(answer.statusCode, answer.body).toBe(202);
    expect((await db().find(Post, {}))[0]).toMatchObject({ content: { text: "A;b" } });
  });

  it("is refused by row, with the columns, and all or none of it is made", async () => {
    await named("ada", "mastodon");
    const file = [
      "text,channels,at,timeZone,mode,assets,altText",
      `One,${channelId},2027-02-01T09:00Z,,,,`,
      "Two,ada,2027-02-01T09:00Z,,,,",
      "Three,nobody,,,,,",
      `Four,${channelId},2020-01-01T09:00Z,,,,`,
      `${"x".repeat(501)},sandbox:ada,,,now,,`,
      "Six,,2027-02-01T09:00Z,Mars,,x,a|b",
    ].join("\n");
    const answer = await send(file);
    expect(answer.json()).toMatchObject({ status: 422, code: "rows_refused" });
    const problems = answer
      .json()
      .refused.map(
        (one: { row: number; problem: { code: string; errors: { pointer: string }[] } }) => [
          one.row,
          one.problem.code,
          one.problem.errors.map(({ pointer }) => pointer),
        ],
      );
    expect(problems).toEqual([
      [2, "invalid_request", ["/channels"]],
      [3, "invalid_request", ["/channels", "/at"]],
      [4, "in_the_past", ["/at"]],
      [5, "content_refused", ["/text"]],
      [6, "invalid_request", ["/channels", "/altText", "/assets", "/timeZone"]],
    ]);
    expect(JSON.stringify(answer.json())).toContain("mastodon:ada");
    expect(answer.json().detail).toBe(
      "Nothing was made: rows 2, 3, 4, 5, 6 are refused. Mend them, or send ?mode=valid for the others.",
    );
    const one = await send("channels,mode\nnobody,now\n");
    expect(one.json().detail).toMatch(/row 1 is refused\. Mend it, or/);
    expect(await db().count(Post)).toBe(0);
    expect((await send(file, "?mode=valid&dryRun=true")).json()).toMatchObject({
      dryRun: true,
      created: [{ row: 1, id: null }],
    });
    expect(await db().count(Post)).toBe(0);
    expect((await send(file, "?mode=valid")).json().created).toHaveLength(1);
    expect(await db().count(Post)).toBe(1);
  });

  it.each<[string, string | Buffer, RegExp]>([
    ["without a row", "text,channels\n", /no row/],
    ["that is empty", "", /no row/],
    ["with a strange column", "text,channels,mood\na,b,c", /mood/],
    ["with a column twice", "text,channels,text\na,b,c", /twice/],
    ["without channels", "text\na", /channels/],
    ["with a quote that is open", 'text,channels\n"a,b', /no CSV/],
    ["with a line that is too short", "text,channels\na", /no CSV/],
    ["of 501 rows", `text,channels\n${"a,b\n".repeat(501)}`, /more than 500 rows/],
    ["of 501 rows, unread after them", `text,channels\n${"a,b\n".repeat(501)}"`, /more than 500/],
    ["in another encoding", Buffer.from("text,channels\n\xe4,b", "latin1"), /UTF-8/],
  ])("%s is refused as a whole", async (_name, file, detail) => {
    const answer = await send(file);
    // A body of no bytes is none at all.
    expect(answer.json(), answer.body).toMatchObject({ status: 422 });
    if (file.length > 0) {
      expect(answer.json()).toMatchObject({ code: "invalid_csv" });
      expect(answer.json().detail).toMatch(detail);
    }
  });

  it("that names another workspace's channel or file names none", async () => {
    const stranger = await person(api);
    const theirs = await addChannel(api, stranger.workspaceId);
    const asset = await addAsset(api, stranger.workspaceId);
    const answer = await send(
      `channels,mode,assets\n${theirs.channelId},now,\n${channelId},now,${asset}\n`,
    );
    expect(answer.json().refused).toMatchObject([
      { problem: { code: "invalid_request", errors: [{ pointer: "/channels" }] } },
      { problem: { code: "not_found", errors: [{ pointer: "/assets" }] } },
    ]);
  });

  it("of another kind, or that is too large, is not read", async () => {
    expect((await send("{}", "", "application/json")).statusCode).toBe(415);
    expect((await send(`text,channels\n${"a,b\n".repeat(600_000)}`)).statusCode).toBe(413);
    const single = await owner.call("POST", "/v1/posts", {
      body: Buffer.from("text"),
      headers: { "content-type": "text/csv" },
    });
    expect(single.statusCode).toBe(415);
  });
});

describe("the file of all posts", () => {
  const read = (body: string): Record<string, string>[] => parse(body, { columns: true });

  it("has a line for each that fits, newest first, and no formula", async () => {
    const texts = ["=HYPERLINK(1)", "+1", "-1", "@a", "\tx", 'A "b",\nc', "plain"];
    for (const [index, text] of texts.entries()) {
      const made = await owner.call("POST", "/v1/posts", {
        body: {
          content: { text },
          targets: [{ channelId }],
          schedule: { mode: "at", at: `2027-02-0${index + 1}T09:00:00Z` },
          campaign: index < 2 ? "=Spring" : "Sea",
        },
      });
      expect(made.statusCode, made.body).toBe(202);
    }
    const answer = await owner.call("GET", "/v1/posts/export");
    expect(answer.headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(answer.headers["content-disposition"]).toBe('attachment; filename="posts.csv"');
    expect(read(answer.body).map((row) => row["text"])).toEqual([
      "plain",
      'A "b",\nc',
      "'\tx",
      "'@a",
      "'-1",
      "'+1",
      "'=HYPERLINK(1)",
    ]);
    expect(read(answer.body)[6]).toMatchObject({
      status: "preparing",
      channels: channelId,
      at: "2027-02-01T09:00:00.000Z",
      campaign: "'=Spring",
    });
    const some = await owner.call("GET", "/v1/posts/export?campaign=Sea&from=2027-02-06T00:00:00Z");
    expect(read(some.body)).toHaveLength(2);
  });

  it("can be sent in again, and makes the same posts", async () => {
    const assetId = await addAsset(api, owner.workspaceId);
    const text = (words: string) => ({ content: { text: words } });
    const posts = [
      {
        ...text("=1+1"),
        schedule: { mode: "at", at: "2027-07-01T09:00", timeZone: "Europe/Berlin" },
      },
      { ...text("'=1+1"), schedule: { mode: "at", at: "2027-07-01T09:00:00Z" }, campaign: "@sea" },
      { ...text("\tnow"), schedule: { mode: "now" }, labels: ["a", "b"] },
      { content: { text: "C", title: "-T" }, assets: [{ id: assetId, altText: "+A" }] },
    ].map((post) => ({ targets: [{ channelId }], ...post }));
    const made = await owner.call("POST", "/v1/posts/bulk", { body: { posts } });
    expect(made.statusCode, made.body).toBe(202);
    const file = (await owner.call("GET", "/v1/posts/export")).body;
    const again = await send(file);
    expect(again.statusCode, again.body).toBe(202);
    const written = await db().find(Post, {}, { orderBy: { id: "asc" } });
    const facts = written.map((post) => ({
      content: post.content,
      assets: post.assets,
      dueAt: post.dueAt,
      localAt: post.localAt,
      timeZone: post.timeZone,
      scheduleMode: post.scheduleMode,
      campaign: post.campaign,
      labels: post.labels,
      approval: post.approval,
    }));
    expect(facts).toHaveLength(8);
    // The file has the newest first.
    expect(facts.slice(4).toReversed()).toEqual(facts.slice(0, 4));
    expect((await send(file.replace("status,", "mood,"))).json()).toMatchObject({
      code: "invalid_csv",
    });
  });

  it("goes on over many pages, each post once", async () => {
    const row = (index: number) => ({
      content: { text: `Post ${index}` },
      targets: [{ channelId }],
      schedule: { mode: "at", at: new Date(now.getTime() + index * 7_200_000).toISOString() },
    });
    const posts = Array.from({ length: 401 }, (_, index) => row(index + 1));
    expect((await owner.call("POST", "/v1/posts/bulk", { body: { posts } })).statusCode).toBe(202);
    const rows = read((await owner.call("GET", "/v1/posts/export")).body);
    expect(rows.map((one) => one["text"])).toEqual(
      posts.map(({ content }) => content.text).toReversed(),
    );
    const stranger = await person(api);
    expect(read((await stranger.call("GET", "/v1/posts/export")).body)).toEqual([]);
  });
});
