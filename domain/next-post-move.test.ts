import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latestAfterDueMs, nextPostMove, type PostFacts } from "./next-post-move.ts";
import { approvalMachine, postMachine, targetMachine } from "./states.ts";

const now = new Date("2026-06-01T12:00:00Z");
const after = (ms: number) => new Date(now.getTime() + ms);
const hour = 3_600_000;

function post(
  facts: Partial<PostFacts> = {},
  ...targets: Partial<PostFacts["targets"][number]>[]
): PostFacts {
  return {
    status: "scheduled",
    version: 4,
    dueAt: after(-1000),
    expiresAt: new Date((facts.dueAt ?? after(-1000)).getTime() + latestAfterDueMs),
    contentHash: "hash",
    approval: null,
    targets: (targets.length > 0 ? targets : [{}]).map((target, index) => ({
      id: `target-${index + 1}`,
      platform: "sandbox",
      status: "pending",
      assetIds: [],
      usable: true,
      ...target,
    })),
    ...facts,
  };
}

describe("what is not fixed yet is prepared", () => {
  test("each asset of each open target", () => {
    const facts = post(
      { contentHash: null, status: "preparing", dueAt: after(hour) },
      { assetIds: ["a", "b"] },
      { assetIds: ["a"] },
      { assetIds: ["c"], status: "failed" },
    );
    expect(nextPostMove(facts, now)).toEqual({
      move: {
        kind: "prepare",
        version: 4,
        renditions: [
          { targetId: "target-1", assetId: "a" },
          { targetId: "target-1", assetId: "b" },
          { targetId: "target-2", assetId: "a" },
        ],
      },
    });
  });
  test("ahead of its time it stays scheduled; due, it is preparing", () => {
    expect(nextPostMove(post({ contentHash: null, dueAt: after(1) }), now).post).toBeUndefined();
    expect(nextPostMove(post({ contentHash: null, dueAt: now }), now).post).toBe("preparing");
  });
});

describe("approval", () => {
  const waiting = (expiresAt: Date) =>
    post({ status: "awaiting_approval", approval: { status: "pending", expiresAt } });
  test("is waited for until it expires", () => {
    expect(nextPostMove(waiting(after(1)), now)).toEqual({
      move: { kind: "await_approval", until: after(1).getTime() },
    });
  });
  test("of a post that keeps its time is waited for until that has passed", () => {
    const dated = { ...waiting(after(72 * hour)), keepsItsTime: true, dueAt: after(-hour) };
    expect(nextPostMove({ ...dated, expiresAt: after(5 * hour) }, now).move).toEqual({
      kind: "await_approval",
      until: after(5 * hour).getTime(),
    });
    expect(nextPostMove({ ...dated, expiresAt: now }, now)).toMatchObject({
      post: "expired",
      approval: "expired",
    });
  });
  test("that nobody gave in time expires the post, whether due or not", () => {
    for (const dueAt of [after(-hour), after(hour)]) {
      expect(nextPostMove({ ...waiting(now), dueAt }, now)).toEqual({
        move: { kind: "done", status: "expired", published: false },
        post: "expired",
        approval: "expired",
        targets: [{ id: "target-1", status: "expired" }],
      });
    }
  });
});

describe("the due time", () => {
  test("is waited for", () => {
    expect(nextPostMove(post({ dueAt: after(1) }), now)).toEqual({
      move: { kind: "await_due", until: after(1).getTime() },
    });
  });
  test("come, the open targets are delivered, their platforms named once", () => {
    const facts = post(
      { dueAt: now },
      {},
      {},
      { platform: "bluesky" },
      { status: "failed", platform: "x" },
    );
    expect(nextPostMove(facts, now).move).toEqual({
      kind: "deliver",
      version: 4,
      targetIds: ["target-1", "target-2", "target-3"],
      platforms: ["bluesky", "sandbox"],
    });
  });
  test("past by six hours it is still delivered; later it expires instead of surprising", () => {
    expect(nextPostMove(post({ dueAt: after(-latestAfterDueMs) }), now).move.kind).toBe("deliver");
    expect(nextPostMove(post({ dueAt: after(-latestAfterDueMs - 1) }), now)).toMatchObject({
      move: { kind: "done", status: "expired" },
      post: "expired",
    });
  });
});

test("what a halt holds up stays blocked while the gate is tried again", () => {
  const blocked = { status: "blocked", halted: true } as const;
  expect(nextPostMove(post({}, blocked), now)).toMatchObject({
    move: { kind: "deliver" },
    targets: [],
  });
});

describe("accounts that can't be used", () => {
  test("block the post until the latest time", () => {
    expect(nextPostMove(post({}, { usable: false }), now)).toEqual({
      move: { kind: "await_connection", until: after(-1000).getTime() + latestAfterDueMs + 1 },
      post: "blocked",
      targets: [{ id: "target-1", status: "blocked" }],
    });
  });
  test("do not hold up the others", () => {
    expect(nextPostMove(post({}, { usable: false }, {}), now)).toMatchObject({
      move: { kind: "deliver", targetIds: ["target-2"] },
      targets: [{ id: "target-1", status: "blocked" }],
    });
  });
  test("that can be used again are delivered", () => {
    expect(
      nextPostMove(
        post({ status: "blocked" }, { status: "blocked" }, { status: "published" }),
        now,
      ),
    ).toMatchObject({
      move: { kind: "deliver", targetIds: ["target-1"] },
      targets: [{ id: "target-1", status: "pending" }],
    });
  });
  test("that stay so expire; what is out stays out", () => {
    const facts = post(
      { status: "blocked", dueAt: after(-latestAfterDueMs - 1) },
      { status: "blocked", usable: false },
      { status: "published" },
    );
    expect(nextPostMove(facts, now)).toEqual({
      move: { kind: "done", status: "partially_published", published: true },
      post: "partially_published",
      targets: [{ id: "target-1", status: "expired" }],
    });
  });
});

test.each([
  "published",
  "partially_published",
  "failed",
  "unconfirmed",
  "rejected",
  "cancelled",
  "expired",
] as const)("%s is the end", (status) => {
  expect(nextPostMove(post({ status, dueAt: after(hour), contentHash: null }), now)).toEqual({
    move: { kind: "done", status, published: false },
  });
});

test("what is being sent is sent to its end, whatever the clock says", () => {
  const facts = post(
    { status: "publishing", dueAt: after(-24 * hour) },
    { status: "publishing" },
    { status: "published" },
  );
  expect(nextPostMove(facts, now)).toMatchObject({
    move: { kind: "deliver", targetIds: ["target-1"] },
  });
});

test("every decision is a legal step, and every wait is for a time to come", () => {
  const status = fc.constantFrom(...postMachine.states);
  const targets = fc.array(
    fc.record({
      status: fc.constantFrom(...targetMachine.states.filter((one) => one !== "publishing")),
      usable: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  );
  const ms = fc.integer({ min: -20 * hour, max: 20 * hour });
  fc.assert(
    fc.property(status, targets, ms, ms, fc.boolean(), (is, list, due, expires, sealed) => {
      const facts = post(
        {
          status: is,
          dueAt: after(due),
          contentHash: sealed ? "hash" : null,
          approval:
            is === "awaiting_approval" ? { status: "pending", expiresAt: after(expires) } : null,
        },
        ...list,
      );
      // Before the first delivery nothing is out, and nothing is in doubt.
      fc.pre(
        ["scheduled", "blocked", "publishing"].includes(is) ||
          list.every((one) => one.status !== "published" && one.status !== "unconfirmed"),
      );
      const decision = nextPostMove(facts, now);
      if (decision.post) expect(postMachine.allows(is, decision.post)).toBe(true);
      if (decision.approval)
        expect(approvalMachine.allows("pending", decision.approval)).toBe(true);
      for (const change of decision.targets ?? []) {
        const from = facts.targets.find((one) => one.id === change.id)?.status;
        expect(from && targetMachine.allows(from, change.status)).toBe(true);
      }
      if ("until" in decision.move) expect(decision.move.until).toBeGreaterThan(now.getTime());
    }),
    { numRuns: 2000 },
  );
});
