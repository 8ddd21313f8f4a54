import { describe, expect, it } from "vitest";
import type { Attempt, PostHistory } from "#web/lib/api/types.ts";
import { historyOf } from "./history-of.ts";

const attempt = (more: Partial<Attempt>) =>
  ({ targetId: "t", part: 0, number: 1, attempt: 1, step: "publish", ...more }) as Attempt;
const event = (type: string, at: string, data: Record<string, unknown> = {}) => ({
  type,
  at: `2027-01-01T${at}Z`,
  data,
});
const action = (word: string, at: string, name: string | null = "Ada", id = "user:1") => ({
  action: `post.${word}`,
  at: `2027-01-01T${at}Z`,
  by: { id, name },
});
const told = (history: Partial<PostHistory>) =>
  historyOf({ attempts: [], actions: [], events: [], ...history }, [
    { id: "t", channelName: "ada" },
  ]).map(({ text, attempt: tried }) => text ?? tried?.number);

describe("the history of a post", () => {
  it("puts attempts among the changes of state, by their time", () => {
    expect(
      told({
        attempts: [
          attempt({ startedAt: "2027-01-01T10:00:02.000Z" }),
          attempt({ number: 2, startedAt: "2027-01-01T10:00:04.000Z" }),
        ],
        events: [
          event("post.scheduled", "10:00:00.000"),
          event("post.published", "10:00:05.000"),
          event("post.overdue", "10:00:03.000"),
          event("target.published", "10:00:05.000"),
          event("post.measured", "11:00:05.000"),
        ],
      }),
    ).toEqual(["The post: Scheduled", 1, "The post: Overdue", 2, "The post: Published"]);
  });

  it("tells what was caused after its cause", () => {
    expect(
      told({
        attempts: [
          attempt({ startedAt: "2027-01-01T10:00:02.000Z" }),
          attempt({ number: 2, step: "reconcile", startedAt: "2027-01-01T10:00:07.000Z" }),
        ],
        events: [
          event("post.preparing", "09:00:00.000"),
          event("post.awaiting_approval", "09:00:03.000"),
          event("post.scheduled", "10:00:01.000"),
          event("post.publishing", "10:00:02.004"),
          event("post.published", "10:00:07.000"),
        ],
        actions: [action("created", "09:00:00.010"), action("approved", "10:00:01.020")],
      }),
    ).toEqual([
      "Made by Ada",
      "The post: Preparing",
      "The post: Needs approval",
      "Approved by Ada",
      "The post: Scheduled",
      "The post: Publishing",
      1,
      2,
      "The post: Published",
    ]);
  });

  it("says who did it, once", () => {
    expect(
      told({
        events: [event("post.cancelled", "10:00:01.000")],
        actions: [
          action("published-now", "09:00:00.000", null, "key:abc"),
          action("cancelled", "10:00:01.002"),
          action("resolved-give-up", "10:00:02.000"),
        ],
      }),
    ).toEqual(["Set to go out at once by an API key", "Cancelled by Ada"]);
    // What nobody did here is told by its state.
    expect(told({ events: [event("post.cancelled", "10:00:01.000")] })).toEqual([
      "The post: Cancelled",
    ]);
  });

  it("says what is not there any more", () => {
    expect(
      told({
        events: [
          event("target.removal_requested", "10:00:00.000", { targetId: "t" }),
          event("target.removal_removed", "10:00:01.000", { targetId: "t" }),
        ],
      }),
    ).toEqual(["Taken down · ada"]);
  });
});
