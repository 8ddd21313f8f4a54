import { expect, it } from "vitest";
import type { Post, Target } from "#web/lib/api/types.ts";
import { canCancel } from "./can-cancel.ts";
import { whenOf } from "./when-of.ts";

const target = (more: Partial<Target>) =>
  ({
    status: "pending",
    parts: [],
    removal: null,
    waitingFor: null,
    ...more,
  }) as Partial<Target> as Target;
const post = (more: Partial<Post>, ...targets: Partial<Target>[]) =>
  ({
    status: "scheduled",
    createdAt: "2027-01-01T09:00:00.000Z",
    publishedAt: null,
    cancelledAt: null,
    decision: null,
    schedule: {
      mode: "at",
      at: "2027-01-02T09:00:00.000Z",
      expiresAt: "2027-01-02T15:00:00.000Z",
      localAt: null,
      timeZone: null,
    },
    targets: targets.map(target),
    ...more,
  }) as Partial<Post> as Post;
const waitingFor = { reason: "reading", since: "", until: null, detail: "" } as const;

it("promises that it goes out or not only where that is so", () => {
  expect(whenOf(post({}, {}))).toMatch(/^Due .*, goes out by .* or not at all$/);
  const decision = {
    status: "pending",
    expiresAt: "2027-01-04T09:00:00.000Z",
    decidedAt: null,
    reason: null,
  } as const;
  const awaiting = whenOf(post({ status: "awaiting_approval", decision }, {}));
  expect(awaiting).toMatch(/to be decided before .*4/);
  expect(awaiting).not.toMatch(/not at all/);
  // It was sent, and is read: it may be out.
  const read = whenOf(post({ status: "publishing" }, { status: "publishing", waitingFor }));
  expect(read).toMatch(/may be out already/);
  expect(read).not.toMatch(/not at all/);
});

it("says nothing of being found out where a person must decide", () => {
  const unknown = { part: 0, status: "unknown", remoteUrl: null } as Target["parts"][number];
  expect(
    whenOf(post({ status: "unconfirmed" }, { status: "unconfirmed", parts: [unknown] })),
  ).toMatch(/^Was due [^,]*,[^,]*,[^,]*$/);
});

it("says of what is over when it ended, not when it was due", () => {
  const over = { status: "cancelled", cancelledAt: "2027-01-01T10:00:00.000Z" } as const;
  expect(whenOf(post(over, { status: "cancelled" }))).toMatch(/^Cancelled /);
  const gone = { status: "removed", detail: "", at: "2027-01-03T10:00:00.000Z" } as const;
  expect(
    whenOf(
      post(
        { status: "published", publishedAt: "2027-01-02T09:00:01.000Z" },
        { status: "published", removal: gone },
      ),
    ),
  ).toMatch(/^Published .*, taken down /);
});

it("offers to cancel what cancelling would still stop", () => {
  const sending = { part: 0, status: "sending", remoteUrl: null } as Target["parts"][number];
  expect(canCancel(post({}, {}))).toBe(true);
  expect(canCancel(post({ status: "publishing" }, { status: "publishing" }))).toBe(true);
  expect(
    canCancel(post({ status: "publishing" }, { status: "publishing", parts: [sending] })),
  ).toBe(false);
  expect(canCancel(post({ status: "publishing" }, { status: "publishing", waitingFor }))).toBe(
    false,
  );
  // Another channel still waits: that one can be stopped.
  expect(
    canCancel(post({ status: "publishing" }, { status: "publishing", parts: [sending] }, {})),
  ).toBe(true);
  expect(canCancel(post({ status: "published" }, { status: "published" }))).toBe(false);
});
