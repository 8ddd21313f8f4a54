import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { postMachine, targetMachine } from "./states.ts";
import { waitingFor, type WaitingFacts } from "./waiting-for.ts";

const now = new Date("2026-06-01T12:00:00Z");
const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);

function facts(
  post: Partial<WaitingFacts["post"]> = {},
  target: Partial<WaitingFacts["target"]> = {},
): WaitingFacts {
  return {
    post: {
      status: "scheduled",
      dueAt: at(60),
      expiresAt: at(600),
      contentHash: "hash",
      createdAt: at(-100),
      ...post,
    },
    approval: null,
    target: {
      status: "pending",
      statusAt: at(-50),
      channelName: "Harbor",
      error: null,
      waiting: null,
      ...target,
    },
  };
}

describe("what a target waits for", () => {
  test("its time, until then", () => {
    expect(waitingFor(facts(), now)).toMatchObject({
      reason: "due_time",
      since: at(-50),
      until: at(60),
    });
  });
  test("its media, before anything else", () => {
    expect(waitingFor(facts({ contentHash: null, status: "preparing" }), now)?.reason).toBe(
      "rendition",
    );
  });
  test("its media, with how far it is, until it is there", () => {
    const waiting = {
      reason: "rendition",
      detail: "Its media is made: 40 %.",
      since: at(-3).toISOString(),
      until: null,
      progress: 0.4,
    };
    const preparing = facts({ contentHash: null, status: "preparing" }, { waiting });
    expect(waitingFor(preparing, now)).toMatchObject({ reason: "rendition", progress: 0.4 });
    expect(waitingFor(facts({}, { waiting }), now)?.reason).not.toBe("rendition");
  });
  test("a person's approval, until that expires", () => {
    const waiting = {
      ...facts({ status: "awaiting_approval", dueAt: at(-1) }),
      approval: { createdAt: at(-20), expiresAt: at(300) },
    };
    expect(waitingFor(waiting, now)).toMatchObject({
      reason: "approval",
      since: at(-20),
      until: at(300),
    });
  });
  test("a worker once it is due, since it is", () => {
    expect(waitingFor(facts({ dueAt: at(-5) }), now)).toMatchObject({
      reason: "worker",
      since: at(-5),
      until: at(600),
    });
  });
  test("its account, or the end of a halt", () => {
    const blocked = facts({ status: "blocked" }, { status: "blocked" });
    expect(waitingFor(blocked, now)).toMatchObject({ reason: "connection", until: at(600) });
    const error = { code: "workspace_halted", detail: "The workspace is halted." };
    const halted = facts({ status: "blocked" }, { status: "blocked", error });
    expect(waitingFor(halted, now)).toMatchObject({ reason: "halted", detail: error.detail });
  });
  test("what the platform asked for", () => {
    const waiting = {
      reason: "rate_limit",
      detail: "wait",
      since: at(-3).toISOString(),
      until: at(9).toISOString(),
    };
    expect(waitingFor(facts({ status: "publishing" }, { waiting }), now)).toMatchObject({
      reason: "rate_limit",
      since: at(-3),
      until: at(9),
    });
  });
  test("a person's decision", () => {
    expect(
      waitingFor(facts({ status: "unconfirmed" }, { status: "unconfirmed" }), now)?.reason,
    ).toBe("decision");
  });
});

test("whatever has not ended has a reason, and nothing else has one", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...postMachine.states),
      fc.constantFrom(...targetMachine.states),
      fc.boolean(),
      fc.integer({ min: -1000, max: 1000 }),
      (post, target, sealed, due) => {
        const answer = waitingFor(
          facts(
            { status: post, contentHash: sealed ? "hash" : null, dueAt: at(due) },
            { status: target },
          ),
          now,
        );
        const over = ["published", "failed", "cancelled", "expired"].includes(target);
        expect(answer === null).toBe(over);
        if (answer) expect(answer.detail).not.toBe("");
      },
    ),
  );
});
