import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Asset } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";
import { addChannel, setPost } from "./rows.ts";

const now = new Date("2027-01-15T12:00:00.000Z");

let api: TestApi;
let owner: Caller;
let channelId: string;
let other: string;

beforeAll(async () => {
  api = await startApi({ now: () => now });
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  owner = await person(api);
  ({ channelId } = await addChannel(api, owner.workspaceId));
  other = (await addChannel(api, owner.workspaceId)).channelId;
});

const body = (text: string, at: string, more: object = {}) => ({
  content: { text },
  targets: [{ channelId }],
  schedule: { mode: "at", at },
  ...more,
});

async function send(text: string, at: string, more: object = {}) {
  const answer = await owner.call("POST", "/v1/posts", { body: body(text, at, more) });
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<{ id: string; warnings: { code: string; postId: string }[] }>();
}
const codes = ({ warnings }: { warnings: { code: string }[] }) => warnings.map(({ code }) => code);

describe("the same text", () => {
  it("on the same channel within 30 days is a warning, however it is written", async () => {
    const first = await send("Ahoy  from the SEA", "2027-02-01T09:00:00Z");
    expect(first.warnings).toEqual([]);
    const second = await send("ahoy from\nthe sea ", "2027-03-03T09:00:00Z");
    expect(second.warnings).toEqual([
      {
        code: "same_text",
        channelId,
        postId: first.id,
        detail: "The same text goes to A sandbox profile within 30 days: 2027-02-01T09:00:00.000Z.",
      },
    ]);
    expect(codes(await send("Ahoy from the sea!", "2027-02-03T09:00:00Z"))).toEqual([]);
  });

  it.each([
    ["later than that", { at: "2027-03-03T09:00:01Z" }],
    ["on another channel", { at: "2027-02-02T09:00:00Z", other: true }],
  ])("%s is none", async (_name, { at, ...where }) => {
    await send("Ahoy", "2027-02-01T09:00:00Z");
    const more = "other" in where ? { targets: [{ channelId: other }] } : {};
    expect(codes(await send("Ahoy", at, more))).toEqual([]);
  });

  it.each(["cancelled", "rejected", "expired"] as const)(
    "of a post that is %s is none",
    async (status) => {
      const first = await send("Ahoy", "2027-02-01T09:00:00Z");
      await setPost(api, { id: first.id, workspaceId: owner.workspaceId }, status);
      expect(codes(await send("Ahoy", "2027-02-01T09:10:00Z"))).toEqual([]);
    },
  );

  it("is compared as it was asked for, without what the channel adds, and none is no text", async () => {
    await send("Ahoy", "2027-02-01T09:00:00Z");
    await owner.call("PATCH", `/v1/channels/${channelId}`, {
      body: { defaults: { signature: "Ada" } },
    });
    expect(codes(await send("Ahoy", "2027-02-03T09:00:00Z"))).toEqual(["same_text"]);
    const own = { targets: [{ channelId, overrides: { text: "Ahoy" } }] };
    expect(codes(await send("Other", "2027-02-05T09:00:00Z", own))).toEqual(["same_text"]);
  });
});

describe("two posts on one channel", () => {
  it.each([
    ["2027-02-01T09:59:59Z", ["close_in_time"]],
    ["2027-02-01T08:00:01Z", ["close_in_time"]],
    ["2027-02-01T10:00:00Z", []],
    ["2027-02-01T08:00:00Z", []],
  ])("at 09:00 and %s: %j", async (at, expected) => {
    await send("One", "2027-02-01T09:00:00Z");
    expect(codes(await send("Two", at))).toEqual(expected);
  });

  it("are told of by the nearest, of each channel once", async () => {
    const both = { targets: [{ channelId }, { channelId: other }] };
    await send("One", "2027-02-01T09:00:00Z", both);
    const nearer = await send("Two", "2027-02-01T09:20:00Z");
    const third = await send("Three", "2027-02-01T09:30:00Z", both);
    expect(third.warnings.map((one) => [one.code, one.postId === nearer.id])).toEqual([
      ["close_in_time", true],
      ["close_in_time", false],
    ]);
  });
});

it("an edit and another time are warned of too; a label is not", async () => {
  await send("One", "2027-02-01T09:00:00Z");
  const { id } = await send("Two", "2027-02-05T09:00:00Z");
  const change = async (with_: object) =>
    (await owner.call("PATCH", `/v1/posts/${id}`, { body: with_ })).json();
  expect(codes(await change({ content: { text: "one" } }))).toEqual(["same_text"]);
  const schedule = { mode: "at", at: "2027-02-01T09:30:00Z" };
  expect(codes(await change({ schedule }))).toEqual(["same_text", "close_in_time"]);
  expect(await change({ labels: ["x"] })).not.toHaveProperty("warnings");
});

it("another workspace's posts are nobody's warning", async () => {
  await send("Ahoy", "2027-02-01T09:00:00Z");
  const stranger = await person(api);
  const theirs = await addChannel(api, stranger.workspaceId);
  const targets = [{ channelId: theirs.channelId }];
  const answer = await stranger.call("POST", "/v1/posts", {
    body: body("Ahoy", "2027-02-01T09:00:00Z", { targets }),
  });
  expect(answer.json()).toMatchObject({ warnings: [] });
});

it("a video that is longer than a channel takes is cut, and that is said before", async () => {
  const video = async (durationSeconds: number) => {
    const id = newId();
    await insertRow(inWorkspace(api.context.orm, owner.workspaceId), Asset, {
      id,
      workspaceId: owner.workspaceId,
      kind: "video",
      status: "ready",
      contentType: "video/mp4",
      bytes: 1_000,
      sha256: id,
      width: 640,
      height: 360,
      durationSeconds,
      blobKey: `${owner.workspaceId}/assets/${id}`,
      origin: "upload",
      name: "harbour.mp4",
    });
    return { assets: [{ id }] };
  };
  const at = "2027-02-01T09:00:00Z";
  const long = await video(200);
  const told = {
    code: "media_shortened",
    channelId,
    postId: null,
    detail:
      "A sandbox profile takes 120 seconds of video; harbour.mp4 has 200, and its end is cut off.",
  };
  const asked = { body: body("Look", at, long) };
  const checked = await owner.call("POST", "/v1/posts/validate", asked);
  expect(checked.json(), checked.body).toMatchObject({ warnings: [told] });
  expect((await send("Look", at, long)).warnings).toEqual([told]);
  expect(codes(await send("Short", "2027-03-01T09:00:00Z", await video(120)))).toEqual([]);
});
