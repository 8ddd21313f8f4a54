import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { nextMessageMove, type WaitingMessage } from "#domain/next-message-move.ts";
import { expectCancelled } from "#test/harness/expect-cancelled.ts";
import { openStage, type Ports, type Stage } from "#test/harness/open-stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const minute = 60_000;
const input = { userId: "user-1" };

/** Notifications in memory, all by e-mail, that move by the product's own decisions. */
async function createPaperMember(count: number, standIns: Partial<Ports> = {}) {
  const start = await stage.now();
  const row = {
    waiting: [] as WaitingMessage[],
    errorAt: undefined as string | undefined,
    sent: [] as number[],
    add(at: number) {
      row.waiting.push({ id: `${at}`, at, isTest: false });
    },
  };
  for (let index = 0; index < count; index += 1) row.add(start + index);
  let clock = start;
  const play = stage.play({
    nextNotificationMove: async ({ now }) => {
      clock = now;
      const { dueAt } = nextMessageMove({ waiting: row.waiting, errorAt: row.errorAt, now });
      if (dueAt === undefined) return { kind: "done" };
      if (dueAt > now) return { kind: "wait", until: dueAt };
      return { kind: "send", email: true, chat: false };
    },
    sendEmailNotifications: async () => {
      row.sent.push(row.waiting.splice(0).length);
      row.errorAt = undefined;
    },
    ...standIns,
  });
  const handle = await stage.start(play, "notifyMember", { input });
  return { row, play, handle, start, now: () => clock };
}

test("sends one message with all of a minute, and ends", async () => {
  const { row, play, handle, start } = await createPaperMember(5);
  await handle.result();
  expect(row.sent).toEqual([5]);
  const [sending] = play.calls("sendEmailNotifications");
  expect(sending?.at).toBeGreaterThanOrEqual(start + minute);
  expect(sending).toMatchObject({ queue: "io", input });
  expect(play.calls("sendChatNotifications")).toEqual([]);
  expect(await stage.detailsOf(handle)).toBe("Told everything.");
});

test("takes along what comes meanwhile, and goes on with what comes while it sends", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const sent: number[] = [];
  const paper = await createPaperMember(1, {
    sendEmailNotifications: async () => {
      sent.push(paper.row.waiting.splice(0).length);
      if (sent.length === 1) await promise;
    },
  });
  const { row, play, handle } = paper;
  await vi.waitFor(async () => expect(await stage.detailsOf(handle)).toMatch(/^Sending at/));
  row.add((await stage.now()) + 1);
  await handle.signal("changed");
  // No longer: time stands still while something is being sent.
  await stage.pass("62 seconds");
  await vi.waitFor(() => expect(sent).toEqual([2]));
  row.add(await stage.now());
  await handle.signal("changed");
  resolve();
  await handle.result();
  expect(sent).toEqual([2, 1]);
  expect(play.calls("sendEmailNotifications")).toHaveLength(2);
});

test("rests a while when it can't send, and sends all then", async () => {
  let failures = 0;
  const paper = await createPaperMember(2, {
    sendEmailNotifications: async () => {
      failures += 1;
      if (failures <= 4) {
        paper.row.errorAt = new Date(paper.now()).toISOString();
        throw new Error("the mail server is away");
      }
      paper.row.sent.push(paper.row.waiting.splice(0).length);
    },
  });
  const { row, play, handle, start } = paper;
  await handle.result();
  expect(row.sent).toEqual([2]);
  // Two tries at once, then ten minutes of rest.
  const calls = play.calls("sendEmailNotifications");
  expect(calls.map(({ attempt }) => attempt)).toEqual([1, 2, 1, 2, 1]);
  expect((calls.at(-1)?.at ?? 0) - start).toBeGreaterThan(20 * minute);
});

test("a mail server that is away does not keep the chat waiting", async () => {
  const start = await stage.now();
  const moves = [{ kind: "send", email: true, chat: true } as const];
  const play = stage.play({
    nextNotificationMove: async () => moves.shift() ?? { kind: "done" },
    sendEmailNotifications: async () => {
      throw new Error("away");
    },
    sendChatNotifications: async () => undefined,
  });
  const handle = await stage.start(play, "notifyMember", { input });
  await handle.result();
  expect(play.calls("sendChatNotifications")).toHaveLength(1);
  expect((play.calls("sendChatNotifications")[0]?.at ?? 0) - start).toBeLessThan(5_000);
});

test("ends when it is cancelled", async () => {
  const { handle } = await createPaperMember(1);
  await vi.waitFor(async () => expect(await stage.detailsOf(handle)).toMatch(/^Sending at/));
  await handle.cancel();
  await expectCancelled(handle);
});
