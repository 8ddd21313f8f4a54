import { ApplicationFailure } from "@temporalio/activity";
import type { WorkflowHandle } from "@temporalio/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { asInTheLedger } from "#test/harness/as-in-the-ledger.ts";
import { createPaperPost, type PaperPost } from "#test/harness/create-paper-post.ts";
import { expectCancelled } from "#test/harness/expect-cancelled.ts";
import { failTimes } from "#test/harness/fail-times.ts";
import { openStage, type Play, type Ports, type Stage } from "#test/harness/open-stage.ts";

let stage: Stage;
// A stage for each: once a story ended before the measuring that it started, the test server lets no time skip any more.
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let number = 0;

/** Starts the story of a post; `standIns` replace the paper post's own. */
async function begin(paper: PaperPost, standIns: Partial<Ports> = {}) {
  const play = stage.play({ ...paper.standIns, ...standIns });
  number += 1;
  const postId = `post-${number}`;
  const handle = await stage.start(play, "publishPost", {
    input: { postId },
    workflowId: `post/${postId}`,
  });
  return { play, handle, postId, ids: { workspaceId: play.workspaceId, postId } };
}

/** Waits until the story waits there, as operators read it. */
function untilDetails(handle: WorkflowHandle, text: string | RegExp): Promise<void> {
  return vi.waitFor(async () => expect(await stage.detailsOf(handle)).toMatch(text), {
    timeout: 10_000,
    interval: 20,
  });
}

function publishedAt(play: Play): number[] {
  return play.calls("publishDelivery").map(({ input }) => input.now);
}

function sameTarget(call: { input: { targetId: string } }, input: { targetId: string }): boolean {
  return call.input.targetId === input.targetId;
}

/** The story acts at a time, or within a minute of it. */
function expectAt(actual: number | undefined, expected: number): void {
  expect(actual).toBeGreaterThanOrEqual(expected);
  expect(actual).toBeLessThan(expected + minute);
}

test("publishes at once what is due and needs no approval", async () => {
  const paper = createPaperPost({
    dueAt: await stage.now(),
    targets: [
      { id: "one", assetIds: ["asset-1", "asset-2"] },
      { id: "two", platform: "bluesky", assetIds: ["asset-2"] },
    ],
  });
  const { play, handle, ids } = await begin(paper);

  await expect(handle.result()).resolves.toEqual({ status: "published" });
  // Made side by side, so in either order.
  const made = play.calls("makeAssetRenditions").map(({ input, queue }) => ({ ...input, queue }));
  const [one, two] = [{ targetId: "one" }, { targetId: "two" }];
  expect(made.sort((a, b) => a.assetId.localeCompare(b.assetId))).toEqual([
    { ...ids, assetId: "asset-1", uses: [one], version: 1, queue: "media" },
    { ...ids, assetId: "asset-2", uses: [one, two], version: 1, queue: "media" },
  ]);
  const sent = play
    .calls("publishDelivery")
    .map(({ input, queue, attempt }) => ({ ...input, queue, attempt }));
  expect(sent.sort((a, b) => a.targetId.localeCompare(b.targetId))).toEqual(
    ["one", "two"].map((targetId) => ({
      ...ids,
      targetId,
      deliveryId: `delivery of ${targetId}`,
      version: 1,
      now: expect.any(Number),
      queue: "publish",
      attempt: 1,
    })),
  );
  expect(await stage.detailsOf(handle)).toBe("Done: published.");
  expect((await handle.describe()).searchAttributes).toMatchObject({
    Stage: ["published"],
    Platform: ["bluesky", "sandbox"],
  });
});

test("waits for approval, and publishes when the row was approved and it was nudged", async () => {
  const paper = createPaperPost({ dueAt: await stage.now(), approval: "required" });
  const { play, handle } = await begin(paper);
  await untilDetails(handle, /^Waiting for approval until /);
  await stage.pass("3 hours");
  expect(publishedAt(play)).toEqual([]);

  paper.approve();
  await handle.signal("changed");
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(publishedAt(play)).toHaveLength(1);
  expect(await stage.summariesOf(handle)).toContain("waiting for a person to approve");
});

test("a nudge without a decision changes nothing", async () => {
  const paper = createPaperPost({ dueAt: await stage.now(), approval: "required" });
  const { play, handle } = await begin(paper);
  await untilDetails(handle, /^Waiting for approval/);
  for (let times = 0; times < 3; times += 1) await handle.signal("changed");
  await vi.waitFor(() => expect(play.calls("lookAtPost").length).toBeGreaterThan(2));
  expect(publishedAt(play)).toEqual([]);
  paper.row.status = "rejected";
  await handle.signal("changed");
  await expect(handle.result()).resolves.toEqual({ status: "rejected" });
  expect(publishedAt(play)).toEqual([]);
});

test("what nobody approves expires after 72 hours and is never published", async () => {
  const paper = createPaperPost({ dueAt: await stage.now(), approval: "required" });
  const { play, handle } = await begin(paper);

  await expect(handle.result()).resolves.toEqual({ status: "expired" });
  const sealed = play.calls("lookAtPost")[0]?.input.now ?? 0;
  expectAt(play.calls("lookAtPost").at(-1)?.input.now, sealed + 72 * hour);
  expect(publishedAt(play)).toEqual([]);
  expect(paper.row.approval?.status).toBe("expired");
  expect(paper.row.targets.map(({ status }) => status)).toEqual(["expired"]);
});

test("an edit while approval is asked for starts over, with an approval of its own", async () => {
  const paper = createPaperPost({
    dueAt: await stage.now(),
    approval: "required",
    targets: [{ id: "one", assetIds: ["asset-1"] }],
  });
  const { play, handle } = await begin(paper);
  await untilDetails(handle, /^Waiting for approval/);
  paper.edit();
  await handle.signal("changed");
  await vi.waitFor(() => expect(paper.row.contentHash).toBe("hash of version 2"));
  await untilDetails(handle, /^Waiting for approval/);
  paper.approve();
  await handle.signal("changed");

  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(play.calls("makeAssetRenditions").map(({ input }) => input.version)).toEqual([1, 2]);
  expect(play.calls("publishDelivery").map(({ input }) => input.version)).toEqual([2]);
});

test("waits until it is due", async () => {
  const dueAt = (await stage.now()) + 10 * day;
  const { play, handle } = await begin(createPaperPost({ dueAt }));
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expectAt(publishedAt(play)[0], dueAt);
  expect(await stage.summariesOf(handle)).toContain("waiting for the due time");
});

test("publishes earlier when the due time was moved forward", async () => {
  const start = await stage.now();
  const paper = createPaperPost({ dueAt: start + 10 * day });
  const { play, handle } = await begin(paper);
  await untilDetails(
    handle,
    `Waiting for the due time until ${new Date(start + 10 * day).toISOString()}.`,
  );
  await stage.pass("1 day");
  paper.row.dueAt = new Date(start + 2 * day);
  await handle.signal("changed");

  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expectAt(publishedAt(play)[0], start + 2 * day);
});

test("publishes later when the due time was moved back, past the timer that ran", async () => {
  const start = await stage.now();
  const paper = createPaperPost({ dueAt: start + 10 * day });
  const { play, handle } = await begin(paper);
  await untilDetails(handle, /^Waiting for the due time/);
  await stage.pass("9 days");
  paper.row.dueAt = new Date(start + 40 * day);
  await handle.signal("changed");

  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(publishedAt(play)).toHaveLength(1);
  expectAt(publishedAt(play)[0], start + 40 * day);
});

test("a due time that was moved back without a nudge holds too: the row decides when the timer ends", async () => {
  const start = await stage.now();
  const paper = createPaperPost({ dueAt: start + 2 * day });
  const { play, handle } = await begin(paper);
  await untilDetails(handle, /^Waiting for the due time/);
  paper.row.dueAt = new Date(start + 5 * day);

  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expectAt(publishedAt(play)[0], start + 5 * day);
});

test("media that can't be made to fit fails its target alone", async () => {
  const tooLarge = { code: "too_many_pixels", detail: "It is too large." };
  const paper = createPaperPost({
    dueAt: await stage.now(),
    targets: [
      { id: "small", assetIds: ["asset-1"] },
      { id: "large", assetIds: ["asset-1"] },
    ],
  });
  const { play, handle, ids } = await begin(paper, {
    makeAssetRenditions: async ({ uses, ...order }) => {
      const fit = uses.filter(({ targetId }) => targetId !== "small");
      await paper.standIns.makeAssetRenditions({ ...order, uses: fit });
      return { unfit: [{ targetId: "small", ...tooLarge }] };
    },
  });
  await expect(handle.result()).resolves.toEqual({ status: "partially_published" });
  expect(play.calls("failTarget").map(({ input }) => input)).toEqual([
    { ...ids, targetId: "small", ...tooLarge },
  ]);
  expect(play.calls("publishDelivery").map(({ input }) => input.targetId)).toEqual(["large"]);
});

test("media work that breaks down on every try fails its targets with a reason", async () => {
  const paper = createPaperPost({
    dueAt: await stage.now(),
    targets: ["one", "two"].map((id) => ({ id, assetIds: ["asset-1"] })),
  });
  const { play, handle } = await begin(paper, {
    makeAssetRenditions: async () => {
      throw new Error("out of memory");
    },
  });
  await expect(handle.result()).resolves.toEqual({ status: "failed" });
  expect(play.calls("makeAssetRenditions").map(({ attempt }) => attempt)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8,
  ]);
  expect(play.calls("failTarget").map(({ input }) => [input.targetId, input.code])).toEqual([
    ["one", "media_failed"],
    ["two", "media_failed"],
  ]);
  expect(publishedAt(play)).toEqual([]);
});

test("waits for a blocked account and publishes once it is connected again", async () => {
  const paper = createPaperPost({
    dueAt: await stage.now(),
    targets: [{ id: "one", usable: false }],
  });
  const { play, handle } = await begin(paper);
  await untilDetails(handle, /^Blocked until the account is connected again/);
  expect(paper.row.status).toBe("blocked");
  await stage.pass("2 hours");
  for (const target of paper.row.targets) target.usable = true;
  await handle.signal("changed");

  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(publishedAt(play)).toHaveLength(1);
});

test("an account that stays blocked lets the post expire six hours after it was due", async () => {
  const dueAt = (await stage.now()) + hour;
  const paper = createPaperPost({ dueAt, targets: [{ id: "one", usable: false }] });
  const { play, handle } = await begin(paper);
  await expect(handle.result()).resolves.toEqual({ status: "expired" });
  expectAt(play.calls("lookAtPost").at(-1)?.input.now, dueAt + 6 * hour);
  expect(publishedAt(play)).toEqual([]);
});

test("one usable account publishes while the other is waited for", async () => {
  const paper = createPaperPost({
    dueAt: await stage.now(),
    targets: [{ id: "blocked", usable: false }, { id: "open" }],
  });
  const { play, handle } = await begin(paper);
  await untilDetails(handle, /^Blocked until/);
  expect(play.calls("publishDelivery").map(({ input }) => input.targetId)).toEqual(["open"]);
  for (const target of paper.row.targets) target.usable = true;
  await handle.signal("changed");
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(play.calls("publishDelivery").map(({ input }) => input.targetId)).toEqual([
    "open",
    "blocked",
  ]);
});

test.each(["Waiting for approval", "Waiting for the due time"])(
  "cancelled while %s, it clears up after the post",
  async (waiting) => {
    const start = await stage.now();
    const paper = createPaperPost({
      dueAt: start + day,
      approval: waiting === "Waiting for approval" ? "required" : "none",
    });
    const cleared = vi.fn<Ports["clearCancelledPost"]>(async () => undefined);
    const { play, handle, ids } = await begin(paper, { clearCancelledPost: cleared });
    await untilDetails(handle, waiting);
    paper.cancel();
    await handle.cancel();

    await expectCancelled(handle);
    expect(cleared.mock.calls).toEqual([[ids]]);
    expect(publishedAt(play)).toEqual([]);
    expect(play.calls().at(-1)?.at).toBeLessThan(start + hour);
  },
);

test("clearing up after a cancelled post is retried until it is done", async () => {
  const paper = createPaperPost({ dueAt: (await stage.now()) + day });
  const { play, handle } = await begin(paper, {
    clearCancelledPost: failTimes(2, async () => undefined),
  });
  await untilDetails(handle, /^Waiting for the due time/);
  paper.cancel();
  await handle.cancel();
  await expectCancelled(handle);
  expect(play.calls("clearCancelledPost").map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
});

test("cancelled by an operator alone, the row follows", async () => {
  const paper = createPaperPost({ dueAt: (await stage.now()) + day });
  const { handle } = await begin(paper);
  await untilDetails(handle, /^Waiting for the due time/);
  await handle.cancel();
  await expectCancelled(handle);
  expect(paper.row.status).toBe("cancelled");
});

test("a cancellation while the call is out comes too late: the answer is kept and the story goes on", async () => {
  const paper = createPaperPost({ dueAt: await stage.now() });
  const answered = Promise.withResolvers<void>();
  const { play, handle } = await begin(paper, {
    async publishDelivery({ targetId }) {
      paper.row.status = "publishing";
      paper.setTarget(targetId, "publishing");
      await answered.promise;
      paper.setTarget(targetId, "published");
      return { kind: "published" };
    },
  });
  await vi.waitFor(() => expect(publishedAt(play)).toHaveLength(1));
  await handle.cancel();
  await vi.waitFor(async () => {
    const { events } = await handle.fetchHistory();
    expect(events?.some((event) => event.workflowExecutionCancelRequestedEventAttributes)).toBe(
      true,
    );
  });
  answered.resolve();

  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(paper.row.status).toBe("published");
  expect(publishedAt(play)).toHaveLength(1);
});

test("our database being away for a while delays the story and ends nothing", async () => {
  const paper = createPaperPost({ dueAt: await stage.now() });
  const { play, handle } = await begin(paper, {
    lookAtPost: failTimes(8, paper.standIns.lookAtPost),
  });
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(
    play
      .calls("lookAtPost")
      .slice(0, 9)
      .map(({ attempt }) => attempt),
  ).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(publishedAt(play)).toHaveLength(1);
});

test("a gate that lets nothing pass is asked again after a minute, not at once", async () => {
  const paper = createPaperPost({ dueAt: await stage.now(), sealed: true });
  let halted = true;
  const { play, handle } = await begin(paper, {
    publishDelivery: async (input) => {
      if (halted) return { kind: "ended" };
      return paper.standIns.publishDelivery(input);
    },
  });
  await vi.waitFor(() => expect(publishedAt(play)).toHaveLength(1));
  await stage.pass("150 seconds");
  await vi.waitFor(() => expect(publishedAt(play)).toHaveLength(3));
  halted = false;
  await handle.signal("changed");
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(publishedAt(play)).toHaveLength(4);
  const [first, second, third] = publishedAt(play);
  expectAt(second, (first ?? 0) + minute);
  expectAt(third, (second ?? 0) + minute);
});

test("what breaks one target neither cuts the others short nor ends the story", async () => {
  const paper = createPaperPost({
    dueAt: await stage.now(),
    sealed: true,
    targets: [{ id: "broken" }, { id: "slow" }],
  });
  let claims = 0;
  let tries = 0;
  const { play, handle } = await begin(paper, {
    claimPart: async (input) => {
      if (input.targetId === "broken") claims += 1;
      if (input.targetId === "broken" && claims === 1)
        throw ApplicationFailure.nonRetryable("a mistake of ours", "mistake");
      return paper.standIns.claimPart(input);
    },
    publishDelivery: async (input) => {
      tries += 1;
      if (tries === 1) return { kind: "wait", afterMs: 30 * minute, code: "rate_limited" };
      return paper.standIns.publishDelivery(input);
    },
  });
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(play.calls("publishDelivery").map(({ input }) => input.targetId)).toEqual([
    "slow",
    "slow",
    "broken",
  ]);
  // The row is looked at again after a while, not at once.
  const [, slow = 0, broken = 0] = publishedAt(play);
  expect(broken - slow).toBeGreaterThanOrEqual(10 * minute);
  expect(await stage.summariesOf(handle)).toContain("something failed on our side; looking again");
});

test("asks its row once when that claims, and the delivery says what became of the post", async () => {
  const paper = createPaperPost({
    dueAt: await stage.now(),
    sealed: true,
    targets: [{ id: "one" }, { id: "two" }],
  });
  const { play, handle } = await begin(paper, asInTheLedger(paper));
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(play.calls("publishDelivery").map(({ input }) => input.deliveryId)).toEqual(
    expect.arrayContaining(["delivery of one", "delivery of two"]),
  );
  expect(play.calls("lookAtPost")).toHaveLength(1);
  expect(play.calls("claimPart")).toHaveLength(0);
  expect(await stage.detailsOf(handle)).toBe("Done: published.");
  expect((await handle.describe()).searchAttributes).toMatchObject({ Stage: ["published"] });
});

test("looks at its row again when told of a change before the delivery that ended the post", async () => {
  const paper = createPaperPost({ dueAt: await stage.now(), sealed: true });
  const ledger = asInTheLedger(paper);
  const told = Promise.withResolvers<void>();
  const { play, handle } = await begin(paper, {
    ...ledger,
    async publishDelivery(input) {
      await told.promise;
      return ledger.publishDelivery(input);
    },
  });
  await vi.waitFor(() => expect(play.calls("publishDelivery")).toHaveLength(1));
  await handle.signal("changed");
  // The look that the change asks for is over before the answer comes, which may be older than the change.
  await vi.waitFor(() => expect(play.calls("lookAtPost")).toHaveLength(2));
  told.resolve();
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(play.calls("lookAtPost")).toHaveLength(3);
  expect(play.calls("publishDelivery")).toHaveLength(1);
});

test("a target that is sent on its way again does not wait for the others", async () => {
  const paper = createPaperPost({
    dueAt: await stage.now(),
    sealed: true,
    targets: [{ id: "slow" }, { id: "retried" }],
  });
  const ledger = asInTheLedger(paper);
  let held = true;
  const { play, handle } = await begin(paper, {
    ...ledger,
    async publishDelivery(input) {
      const first =
        play.calls("publishDelivery").filter((one) => sameTarget(one, input)).length < 2;
      if (input.targetId === "slow" && first)
        return { kind: "wait", afterMs: hour, code: "rate_limited", asked: true };
      if (input.targetId === "retried" && held) return { kind: "ended" };
      return ledger.publishDelivery(input);
    },
  });
  await vi.waitFor(() => expect(play.calls("publishDelivery")).toHaveLength(2));
  held = false;
  await handle.signal("changed");
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  const at = (targetId: string) =>
    play
      .calls("publishDelivery")
      .filter(({ input }) => input.targetId === targetId)
      .map(({ input }) => input.now);
  const [firstOfSlow = 0, secondOfSlow = 0] = at("slow");
  expect(secondOfSlow - firstOfSlow).toBeGreaterThanOrEqual(hour);
  expectAt(at("retried")[1], firstOfSlow);
});

test("a failure of our own that outlasts its retries ends nothing: the row is looked at again", async () => {
  const paper = createPaperPost({ dueAt: await stage.now() });
  let looks = 0;
  const { play, handle } = await begin(paper, {
    lookAtPost: async (input) => {
      looks += 1;
      if (looks === 1) throw ApplicationFailure.nonRetryable("a mistake of ours", "mistake");
      return paper.standIns.lookAtPost(input);
    },
  });
  await expect(handle.result()).resolves.toEqual({ status: "published" });
  expect(await stage.summariesOf(handle)).toContain("something failed on our side; looking again");
  expect(publishedAt(play)).toHaveLength(1);
});

test("a post whose row is gone ends the story", async () => {
  const paper = createPaperPost({ dueAt: await stage.now() });
  const { handle } = await begin(paper, {
    lookAtPost: async () => {
      throw ApplicationFailure.nonRetryable("the post is gone", "gone");
    },
  });
  await expect(handle.result()).rejects.toThrow("Workflow execution failed");
});

test("a post that is over does nothing more", async () => {
  const paper = createPaperPost({ dueAt: await stage.now() });
  paper.cancel();
  const { play, handle } = await begin(paper);
  await expect(handle.result()).resolves.toEqual({ status: "cancelled" });
  expect(play.said()).toEqual(["lookAtPost"]);
});
