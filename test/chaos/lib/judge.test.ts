import { describe, expect, it } from "vitest";
import { judge } from "./judge.ts";
import type { PostStory } from "./live-post.ts";
import { accounts } from "./plan.ts";
import type { LedgerDelivery, Records } from "./read-records.ts";
import { textOf } from "./text-of.ts";

const call = { startedAt: 10_000, finishedAt: 11_000, outcome: null };
const at = (epochMs: number) => new Date(epochMs).toISOString();
const text = textOf({ number: 1, part: 0, version: 1 });

/** One post at one account, out as it should be, but for what a test changes. */
function run(
  change: {
    user?: string;
    status?: string;
    error?: { code: string; detail: string };
    story?: Partial<PostStory>;
    ledger?: Partial<LedgerDelivery>[];
    log?: { id?: string; text?: string; acceptedAt?: number }[];
    faults?: string[];
    twiceAtApi?: boolean;
  } = {},
) {
  const user = change.user ?? "ada";
  const status = change.status ?? "published";
  const account = accounts.find((one) => one.user === user);
  if (!account) throw new Error(`there is no account ${user}`);
  const story: PostStory = {
    planned: {
      number: 1,
      accounts: [account],
      parts: 1,
      at: 0,
      approval: "none",
      decideAfter: 0,
      deeds: [],
    },
    id: "p1",
    parts: 1,
    decidableAt: 0,
    odd: [],
    ...change.story,
  };
  const target = { id: "t1", channelId: "c1", status, remoteId: "r1", error: change.error ?? null };
  const post = {
    id: "p1",
    status,
    content: { text },
    contentHash: null,
    schedule: { at: at(0) },
    targets: [target],
  };
  const records: Records = {
    api: change.twiceAtApi ? [post, { ...post, id: "p2" }] : [post],
    ledger: (change.ledger ?? [{}]).map((one) => ({
      postId: "p1",
      targetId: "t1",
      channelId: "c1",
      part: 0,
      status: "published",
      remoteId: "r1",
      calls: [call],
      ...one,
    })),
    log: (change.log ?? [{}]).map(({ acceptedAt = 10_500, ...one }) => ({
      id: "r1",
      account: user,
      text,
      ...one,
      acceptedAt: at(acceptedAt),
    })),
    faults: (change.faults ?? []).map((kind) => ({
      at: at(10_600),
      on: "publish",
      kind,
      account: user,
      accepted: true,
    })),
  };
  return judge({ stories: [story], records, accountOf: new Map([["c1", user]]) });
}

const nothing = { ledger: [], log: [] };

describe("a run's verdict", () => {
  it("is clean where the three records agree", () => {
    const { verdict, violations } = run();
    expect(violations).toEqual([]);
    expect(verdict).toMatchObject({ posts: 1, accepted: 1, published: 1, duplicated: 0, lost: 0 });
  });

  it("counts what the network accepted twice, under whatever id and after whatever edit", () => {
    const edited = textOf({ number: 1, part: 0, version: 2 });
    expect(run({ log: [{}, { id: "r2", text: edited }] }).verdict.duplicated).toBe(1);
    expect(run({ twiceAtApi: true }).verdict.duplicated).toBe(1);
  });

  it("takes a thread that a cancel stopped for what it is, and nothing else for that", () => {
    const stopped = {
      status: "failed",
      error: { code: "stopped", detail: "It was stopped." },
      story: { parts: 2, cancelled: { at: 10_600, status: "failed" } },
    };
    expect(run(stopped).verdict.wronglyFailed).toBe(0);
    expect(run({ ...stopped, story: { parts: 2 } }).verdict.wronglyFailed).toBe(1);
    expect(run({ ...stopped, ...nothing }).verdict.wronglyFailed).toBe(1);
    expect(run({ ...stopped, story: { ...stopped.story, parts: 1 } }).verdict.wronglyFailed).toBe(
      1,
    );
  });

  it("counts as lost what is not over, and what is called published and is not there", () => {
    expect(run({ status: "scheduled", ...nothing }).verdict).toMatchObject({ lost: 1 });
    expect(run({ log: [] }).verdict).toMatchObject({ published: 1, lost: 1 });
    expect(run({ ledger: [] }).verdict).toMatchObject({ published: 1, lost: 1 });
    expect(run({ ledger: [{ status: "sending" }] }).verdict).toMatchObject({ lost: 1 });
  });

  it("knows what came out after its cancel was confirmed, and what was out when it was", () => {
    const cancelled = (acceptedAt: number) =>
      run({
        status: "cancelled",
        story: { cancelled: { at: 10_000, status: "cancelled" } },
        ledger: [],
        log: [{ acceptedAt }],
      });
    expect(cancelled(10_001).verdict.publishedAfterCancel).toBe(1);
    expect(cancelled(9_999).violations.join()).toContain("out already");
    expect(
      run({
        status: "cancelled",
        story: { cancelled: { at: 10_000, status: "cancelled" } },
        ...nothing,
      }).verdict.publishedAfterCancel,
    ).toBe(0);
  });

  it("takes a failure for right only where the network refused the call", () => {
    const failedAfter = (calls: LedgerDelivery["calls"]) => ({
      status: "failed",
      ledger: [{ status: "rejected" as const, remoteId: null, calls }],
      log: [],
    });
    const failed = failedAfter([{ ...call, outcome: "rejected" }]);
    expect(run({ ...failed, faults: ["reject"] }).verdict).toMatchObject({
      failed: 1,
      wronglyFailed: 0,
    });
    expect(run({ ...failed, faults: ["drop"] }).verdict.wronglyFailed).toBe(1);
    // Refused before the fault, which is another post's, and left open by a kill once.
    const elsewhere = failedAfter([
      { startedAt: 5_000, finishedAt: null, outcome: null },
      { startedAt: 6_000, finishedAt: 7_000, outcome: "rejected" },
    ]);
    expect(run({ ...elsewhere, faults: ["reject"] }).verdict.wronglyFailed).toBe(1);
  });

  it("takes unconfirmed for right only on a blind account, and for a lost answer", () => {
    const unconfirmed = (user: string, faults: string[]) =>
      run({
        user,
        status: "unconfirmed",
        ledger: [{ status: "unknown", remoteId: null }],
        faults,
      }).violations.filter((one) => !one.startsWith("only"));
    expect(unconfirmed("hal", ["drop"])).toEqual([]);
    expect(unconfirmed("hal", ["429"]).join()).toContain("lost no answer");
    expect(unconfirmed("ada", ["drop"]).join()).toContain("can be read");
    expect(unconfirmed("fay", ["drop"]).join()).toContain("can be read");
  });

  it("sees an older text, a post before its time, parts that are missing or in another order", () => {
    const said = (change: Parameters<typeof run>[0]) => run(change).violations.join();
    const part = (number: number) => textOf({ number: 1, part: number, version: 1 });
    expect(said({ log: [{ text: textOf({ number: 1, part: 0, version: 0 }) }] })).toContain(
      "older",
    );
    expect(said({ log: [{ acceptedAt: -1 }] })).toContain("due at");
    expect(said({ story: { parts: 3 } })).toContain("of 3 parts the ledger knows 1");
    const second = { part: 1, remoteId: "r2" };
    const thread = { story: { parts: 2 }, ledger: [{}, second] };
    const inOrder = { ...thread, log: [{}, { id: "r2", text: part(1), acceptedAt: 10_600 }] };
    expect(said(inOrder)).toBe("");
    const turned = { ...thread, log: [{}, { id: "r2", text: part(1), acceptedAt: 10_400 }] };
    expect(said(turned)).toContain("out of order");
  });

  it("repeats what no request should have been answered", () => {
    expect(run({ story: { odd: ["edit: 418"] } }).violations).toEqual(["post 1: edit: 418"]);
  });
});
