import { describe, expect, test } from "vitest";
import { Problem } from "./errors.ts";
import {
  agentMachine,
  approvalMachine,
  cancelledPostStatusOf,
  connectionMachine,
  deliveryMachine,
  generationMachine,
  isUsable,
  postMachine,
  postStatusOf,
  runMachine,
  targetMachine,
  type TargetStatus,
} from "./states.ts";

const machines = {
  post: postMachine,
  target: targetMachine,
  delivery: deliveryMachine,
  approval: approvalMachine,
  generation: generationMachine,
  connection: connectionMachine,
  agent: agentMachine,
  run: runMachine,
};

describe.each(Object.entries(machines))("the states of a %s", (_name, { states, isFinal }) => {
  const { allows, step } = machines[_name as keyof typeof machines] as typeof postMachine;
  const all = states as unknown[] as Parameters<typeof allows>[0][];
  test("staying is always allowed; a step is allowed or refused, never both", () => {
    for (const from of all) {
      for (const to of all) {
        if (allows(from, to)) expect(step(from, to)).toBe(to);
        else expect(() => step(from, to)).toThrow(Problem);
      }
      expect(allows(from, from)).toBe(true);
    }
  });
  test("a final state leads nowhere, any other somewhere", () => {
    for (const from of all) {
      const onward = all.filter((to) => to !== from && allows(from, to));
      expect(onward.length === 0).toBe((isFinal as typeof postMachine.isFinal)(from));
    }
  });
});

test("a refused step is a conflict that says both states", () => {
  try {
    postMachine.step("published", "cancelled");
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({
      status: 409,
      code: "illegal_transition",
      message: "A post that is published cannot become cancelled.",
      extra: { from: "published", to: "cancelled" },
    });
  }
});

test("what must never happen", () => {
  for (const to of deliveryMachine.states)
    expect(deliveryMachine.allows("published", to)).toBe(to === "published");
  expect(postMachine.allows("published", "cancelled")).toBe(false);
  expect(targetMachine.allows("publishing", "cancelled")).toBe(false);
  expect(targetMachine.allows("publishing", "expired")).toBe(false);
  expect(postMachine.allows("rejected", "scheduled")).toBe(false);
  expect(approvalMachine.allows("expired", "approved")).toBe(false);
  expect(approvalMachine.allows("voided", "approved")).toBe(false);
  expect(targetMachine.allows("unconfirmed", "cancelled")).toBe(false);
  expect(connectionMachine.allows("pending", "expiring")).toBe(false);
});

test("only an active or expiring connection may be sent through", () => {
  expect(connectionMachine.states.filter(isUsable)).toEqual(["active", "expiring"]);
});

test.each([
  [["published", "published"], "published"],
  [["published", "failed"], "partially_published"],
  [["published", "expired"], "partially_published"],
  [["published", "unconfirmed"], "unconfirmed"],
  [["published", "blocked"], "blocked"],
  [["blocked", "unconfirmed"], "blocked"],
  [["failed", "failed"], "failed"],
  [["failed", "expired"], "failed"],
  [["expired", "cancelled"], "expired"],
  [["cancelled"], "cancelled"],
  [["published", "pending"], undefined],
  [["failed", "publishing"], undefined],
  [["blocked", "preparing"], undefined],
] as const)("targets %j make the post %s", (targets, expected) => {
  expect(postStatusOf(targets)).toBe(expected);
});

const target = (status: TargetStatus, more: { errorCode?: string; begun?: boolean } = {}) => ({
  status,
  errorCode: null,
  begun: false,
  ...more,
});

test.each([
  ["nothing of it was ever out", [target("cancelled"), target("failed")], "cancelled"],
  [
    "a person gave one up",
    [target("failed", { errorCode: "given_up" }), target("cancelled")],
    "failed",
  ],
  [
    "one was refused",
    [target("failed", { errorCode: "too_long" }), target("cancelled")],
    "cancelled",
  ],
  [
    "one is out",
    [target("published", { begun: true }), target("cancelled")],
    "partially_published",
  ],
  ["a part is out", [target("failed", { begun: true }), target("cancelled")], "failed"],
  [
    "nobody knows of one",
    [target("unconfirmed", { begun: true }), target("cancelled")],
    "unconfirmed",
  ],
  ["one is being sent", [target("publishing", { begun: true }), target("cancelled")], undefined],
] as const)("a post of which the rest was cancelled, where %s", (_, targets, expected) => {
  expect(cancelledPostStatusOf(targets)).toBe(expected);
});
