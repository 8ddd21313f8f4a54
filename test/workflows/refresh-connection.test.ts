import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  nextConnectionMove,
  refreshTime,
  type ConnectionFacts,
} from "#domain/next-connection-move.ts";
import { expectCancelled } from "#test/harness/expect-cancelled.ts";
import { failTimes } from "#test/harness/fail-times.ts";
import { openStage, type Ports, type Stage } from "#test/harness/open-stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const input = { connectionId: "00000000-0000-4000-8000-00000000007f" };

/** A connection in memory that moves by the product's own decisions; its secrets last for `lifeMs`. */
async function createPaperConnection(lifeMs: number, standIns: Partial<Ports> = {}) {
  const now = await stage.now();
  const row: ConnectionFacts & { gone: boolean } = {
    id: input.connectionId,
    status: "active",
    disconnected: false,
    refreshable: true,
    issuedAt: new Date(now),
    expiresAt: new Date(now + lifeMs),
    refreshAsked: false,
    gone: false,
  };
  let clock = now;
  const play = stage.play({
    async nextConnectionMove({ now: at }) {
      clock = at;
      if (row.gone) return { kind: "done" };
      const decision = nextConnectionMove(row, new Date(at));
      if (decision.status) row.status = decision.status;
      return decision.move;
    },
    async refreshSecrets() {
      Object.assign(row, {
        status: "active",
        refreshAsked: false,
        issuedAt: new Date(clock),
        expiresAt: new Date(clock + lifeMs),
      });
    },
    async forgetConnection() {
      row.gone = true;
    },
    ...standIns,
  });
  const handle = await stage.start(play, "refreshConnection", { input });
  return { row, play, handle };
}

test("refreshes ahead of every expiry, one at a time, until it is disconnected", async () => {
  const { row, play, handle } = await createPaperConnection(2 * hour);
  const dueAt = refreshTime({
    id: row.id,
    issuedAt: row.issuedAt,
    expiresAt: row.expiresAt ?? row.issuedAt,
  });
  await vi.waitFor(async () => expect(await stage.detailsOf(handle)).toMatch(/^Next refresh at /));
  await stage.pass("10 hours");
  await vi.waitFor(() => expect(play.calls("refreshSecrets").length).toBeGreaterThanOrEqual(5));
  expect(play.calls("refreshSecrets")[0]?.at).toBeGreaterThanOrEqual(Math.floor(dueAt));
  expect(play.calls("refreshSecrets")[0]?.at).toBeLessThan(dueAt + minute);
  expect(play.calls("refreshSecrets").map(({ input: given }) => given)).toContainEqual({
    workspaceId: play.workspaceId,
    ...input,
  });

  row.disconnected = true;
  await handle.signal("changed");
  await handle.result();
  expect(play.calls("forgetConnection")).toHaveLength(1);
  expect(await stage.detailsOf(handle)).toBe("Done.");
});

test("refreshes when a person asks for it", async () => {
  const { row, play, handle } = await createPaperConnection(60 * day);
  await vi.waitFor(() => expect(play.calls("nextConnectionMove")).toHaveLength(1));
  row.refreshAsked = true;
  await handle.signal("changed");
  await vi.waitFor(() => expect(play.calls("refreshSecrets")).toHaveLength(1));
  expect(play.calls("refreshSecrets")[0]?.at).toBeLessThan(row.issuedAt.getTime() + hour);
  row.gone = true;
  await handle.signal("changed");
  await handle.result();
});

test("an outage of hours is neither a revocation nor the end of its care", async () => {
  const { row, play, handle } = await createPaperConnection(2 * hour, {});
  row.gone = true;
  await handle.signal("changed");
  await handle.result();

  let refreshed = false;
  const long = await createPaperConnection(2 * hour, {
    // All tries of two rounds fail.
    refreshSecrets: failTimes(24, async () => {
      refreshed = true;
      long.row.gone = true;
    }),
  });
  await long.handle.result();
  expect(refreshed).toBe(true);
  expect(long.play.calls("refreshSecrets").map(({ attempt }) => attempt)).toEqual([
    ...Array.from({ length: 12 }, (_, index) => index + 1),
    ...Array.from({ length: 12 }, (_, index) => index + 1),
    1,
  ]);
  expect(long.row.status).not.toBe("revoked");
  expect(play.calls("refreshSecrets")).toEqual([]);
});

test("a connection that needs a person waits for one, without asking the platform", async () => {
  const { row, play, handle } = await createPaperConnection(2 * hour);
  row.status = "needs_reauthorization";
  await handle.signal("changed");
  await vi.waitFor(async () => expect(await stage.detailsOf(handle)).toBe("Nothing to refresh."));
  await stage.pass("30 days");
  expect(play.calls("refreshSecrets")).toEqual([]);
  row.gone = true;
  await handle.signal("changed");
  await handle.result();
});

test("cancelled, it ends", async () => {
  const { play, handle } = await createPaperConnection(2 * hour);
  await vi.waitFor(() => expect(play.calls("nextConnectionMove")).toHaveLength(1));
  await handle.cancel();
  await expectCancelled(handle);
});
