import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { nextWebhookMove } from "#domain/next-webhook-move.ts";
import { expectCancelled } from "#test/harness/expect-cancelled.ts";
import { failTimes } from "#test/harness/fail-times.ts";
import { openStage, type Ports, type Stage } from "#test/harness/open-stage.ts";
import type { WebhookProgress } from "#workflows/deliver-webhook.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const hour = 3_600_000;
const input = { deliveryId: "delivery-1", round: "0" };

/** A delivery in memory that moves by the product's own decisions; the endpoint answers as given. */
async function createPaperDelivery(
  answer: (tries: number) => number,
  standIns: Partial<Ports> = {},
) {
  const row = { tries: 0, nextAt: 0, sentAt: [] as number[], gone: false };
  const attemptWebhook = async ({ now }: { now: number }): Promise<WebhookProgress> => {
    if (row.gone) return { kind: "done", status: "gone" };
    if (row.nextAt > now) return { kind: "wait", until: row.nextAt, tries: row.tries };
    row.tries += 1;
    row.sentAt.push(now);
    const move = nextWebhookMove({
      answer: { httpStatus: answer(row.tries) },
      tries: row.tries,
      random: 0.5,
    });
    if (move.kind !== "retry")
      return { kind: "done", status: move.kind === "delivered" ? "delivered" : "failed" };
    row.nextAt = now + move.afterMs;
    return { kind: "wait", until: row.nextAt, tries: row.tries };
  };
  const play = stage.play({ attemptWebhook, ...standIns });
  const handle = await stage.start(play, "deliverWebhook", { input });
  return { row, play, handle, attemptWebhook };
}

test("delivers at once", async () => {
  const { row, handle, play } = await createPaperDelivery(() => 200);
  expect(await handle.result()).toEqual({ status: "delivered" });
  expect(row.tries).toBe(1);
  expect(play.calls("attemptWebhook")).toMatchObject([{ queue: "io", input }]);
  expect(await stage.detailsOf(handle)).toBe("Ended: delivered.");
  expect(await stage.summariesOf(handle)).toEqual([
    "send the event if it is due, and note the answer",
  ]);
});

test("tries for a day, more and more seldom, each time when it is due, and then gives up", async () => {
  const { row, handle } = await createPaperDelivery(() => 500);
  expect(await handle.result()).toEqual({ status: "failed" });
  const [first = 0] = row.sentAt;
  const pauses = row.sentAt.slice(1).map((at, index) => at - (row.sentAt[index] ?? 0));
  expect(row.sentAt).toHaveLength(11);
  expect(pauses[0]).toBeGreaterThanOrEqual(5_500);
  expect(pauses.at(-1)).toBeGreaterThanOrEqual(8 * hour);
  expect((row.sentAt.at(-1) ?? 0) - first).toBeGreaterThan(23 * hour);
  expect((row.sentAt.at(-1) ?? 0) - first).toBeLessThan(28 * hour);
});

test("delivers when the endpoint is back", async () => {
  const { row, handle } = await createPaperDelivery((tries) => (tries < 4 ? 503 : 204));
  expect(await handle.result()).toEqual({ status: "delivered" });
  expect(row.tries).toBe(4);
});

test("looks again when it is told to: it may be due now, or gone", async () => {
  const { row, handle, play } = await createPaperDelivery((tries) => (tries < 3 ? 503 : 200));
  await vi.waitFor(async () =>
    expect(await stage.detailsOf(handle)).toMatch(/^Not delivered after 1/),
  );
  row.nextAt = 0;
  await handle.signal("changed");
  await vi.waitFor(() => expect(row.tries).toBe(2));
  // Told without a reason: nothing is sent.
  await vi.waitFor(async () =>
    expect(await stage.detailsOf(handle)).toMatch(/^Not delivered after 2/),
  );
  await handle.signal("changed");
  await vi.waitFor(() => expect(play.calls("attemptWebhook")).toHaveLength(3));
  expect(row.tries).toBe(2);
  row.gone = true;
  await handle.signal("changed");
  expect(await handle.result()).toEqual({ status: "gone" });
});

test("goes on after a try that was lost", async () => {
  const paper = await createPaperDelivery(() => 200);
  await paper.handle.result();
  const play = stage.play({ attemptWebhook: failTimes(3, paper.attemptWebhook) });
  const handle = await stage.start(play, "deliverWebhook", { input });
  expect(await handle.result()).toEqual({ status: "delivered" });
  expect(play.calls("attemptWebhook").map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
});

test("ends when it is cancelled", async () => {
  const { handle } = await createPaperDelivery(() => 500);
  await vi.waitFor(async () => expect(await stage.detailsOf(handle)).toMatch(/^Not delivered/));
  await handle.cancel();
  await expectCancelled(handle);
});
