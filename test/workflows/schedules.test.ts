import { Client, Connection } from "@temporalio/client";
import { msToTs } from "@temporalio/common/lib/time.js";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { agentScheduleOptions } from "#db/outbox/engine.ts";
import type { AgentSchedule } from "#domain/schemas/content.ts";
import { wakeUps } from "#domain/wake-ups.ts";
import { testServices } from "#test/harness/services.ts";

/**
 * Schedules on the real development server: the time-skipping one has none. What an agent's page shows as its next
 * wake-ups comes from `wakeUps`; what happens, from the server.
 */
let connection: Connection;
let client: Client;
beforeAll(async () => {
  const { temporalAddress, temporalNamespace } = testServices();
  connection = await Connection.connect({ address: temporalAddress });
  client = new Client({ connection, namespace: temporalNamespace });
});
afterAll(() => connection.close());

const hour = 3_600_000;
const day = 24 * hour;
const everyDay: AgentSchedule["days"] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Makes the Schedule of an agent as production does, but paused and on a queue that nobody serves. */
async function createSchedule(schedule: AgentSchedule, startAt?: Date) {
  const agentId = randomUUID();
  const options = agentScheduleOptions({
    scheduleId: `agent/${agentId}`,
    workspaceId: randomUUID(),
    agentId,
    state: "paused",
    schedule,
  });
  return client.schedule.create({
    ...options,
    spec: { ...options.spec, ...(startAt ? { startAt } : {}) },
    action: { ...options.action, taskQueue: "nobody-serves-this" },
  });
}

/** Both clock changes of years that are over, and whose rules are therefore known to both tables of time zones. */
const zones = [
  { timeZone: "Europe/Berlin", changes: ["2025-03-30T01:00Z", "2025-10-26T01:00Z"] },
  { timeZone: "America/New_York", changes: ["2025-03-09T07:00Z", "2025-11-02T06:00Z"] },
  // Half an hour, and summer in January.
  { timeZone: "Australia/Lord_Howe", changes: ["2025-04-05T15:00Z", "2025-10-04T15:30Z"] },
  // No clock change, and a quarter of an hour off.
  { timeZone: "Asia/Kathmandu", changes: ["2025-03-30T01:00Z"] },
  { timeZone: "UTC", changes: ["2025-10-26T01:00Z"] },
];
const times = {
  "by day": ["09:00", "12:15", "17:30", "23:59"],
  "by night": [
    "00:00",
    "00:59",
    "01:00",
    "01:30",
    "01:45",
    "01:59",
    "02:00",
    "02:15",
    "02:30",
    "02:59",
    "03:00",
    "03:30",
  ],
  "in the hour that is skipped or repeated": ["02:30"],
  "in the hour before it": ["01:30"],
};
const cases = zones.flatMap(({ timeZone, changes }) =>
  changes.flatMap((change) =>
    Object.entries(times).map(([when, list]) => ({ timeZone, change, when, times: list })),
  ),
);

test.each(cases)(
  "the server wakes as wakeUps says: $timeZone, $change, $when",
  async ({ timeZone, change, times }) => {
    const schedule: AgentSchedule = { days: everyDay, times, timeZone };
    const start = new Date(new Date(change).getTime() - 3 * day);
    const end = new Date(start.getTime() + 6 * day);
    const handle = await createSchedule(schedule);
    try {
      const { startTime } = await connection.workflowService.listScheduleMatchingTimes({
        namespace: client.options.namespace,
        scheduleId: handle.scheduleId,
        startTime: msToTs(start.getTime()),
        endTime: msToTs(end.getTime()),
      });
      const served = (startTime ?? []).map(({ seconds }) =>
        new Date(Number(seconds) * 1000).toISOString(),
      );
      const ours = wakeUps({ schedule, after: start, count: 200 }).filter((at) => at <= end);
      expect(served.length).toBeGreaterThan(4);
      expect(ours.map((at) => at.toISOString())).toEqual(served);
    } finally {
      await handle.delete();
    }
  },
);

test.each([
  ["Europe/Berlin", ["mon", "wed", "fri"], ["09:00", "18:30"]],
  ["America/New_York", ["sun"], ["01:30", "02:30"]],
  ["Australia/Lord_Howe", ["sat", "sun"], ["01:45", "02:15"]],
  ["Asia/Kathmandu", everyDay, ["00:00"]],
] as const)(
  "describe() tells the next wake-ups as wakeUps does: %s",
  async (timeZone, days, list) => {
    const schedule: AgentSchedule = { days: [...days], times: [...list], timeZone };
    // From a fixed time to come, so that this test does not depend on the day on which it runs.
    const startAt = new Date("2035-03-01T00:00:00Z");
    const handle = await createSchedule(schedule, startAt);
    try {
      const { info } = await handle.describe();
      expect(info.nextActionTimes).toHaveLength(10);
      expect(info.nextActionTimes).toEqual(
        wakeUps({ schedule, after: new Date(startAt.getTime() - 1000), count: 10 }),
      );
    } finally {
      await handle.delete();
    }
  },
);

test("an agent's Schedule allows overlap, catches up for ten minutes, and knows its zone", async () => {
  const handle = await createSchedule({
    days: ["mon"],
    times: ["09:00"],
    timeZone: "Europe/Berlin",
  });
  try {
    const { policies, spec, state } = await handle.describe();
    expect(policies).toMatchObject({
      overlap: "ALLOW_ALL",
      catchupWindow: 10 * 60_000,
      pauseOnFailure: false,
    });
    expect(spec.timezone).toBe("Europe/Berlin");
    expect(state.paused).toBe(true);
  } finally {
    await handle.delete();
  }
});

test("a past month is run by backfill: one run for each wake-up, and each knows for when", async () => {
  const schedule: AgentSchedule = {
    days: ["mon", "thu", "sun"],
    times: ["02:30", "09:00"],
    timeZone: "Europe/Berlin",
  };
  // With the end of summer time in it.
  const start = new Date("2025-10-01T00:00:00Z");
  const end = new Date("2025-10-31T23:59:59Z");
  const expected = wakeUps({
    schedule,
    after: new Date(start.getTime() - 1000),
    count: 100,
  }).filter((at) => at <= end);
  expect(expected.length).toBeGreaterThan(24);
  const handle = await createSchedule(schedule);
  try {
    await handle.backfill({ start, end, overlap: "ALLOW_ALL" });
    const woken = await vi.waitFor(
      async () => {
        const found = await runsOf(handle.scheduleId);
        expect(found).toHaveLength(expected.length);
        return found;
      },
      { timeout: 30_000, interval: 300 },
    );
    expect(woken.map(({ wokenFor }) => wokenFor)).toEqual(expected);
    expect(new Set(woken.map(({ workflowId }) => workflowId)).size).toBe(expected.length);
  } finally {
    for (const { workflowId } of await runsOf(handle.scheduleId)) {
      await client.workflow.getHandle(workflowId).terminate("the test is over");
    }
    await handle.delete();
  }
});

/** What a Schedule has started, in the order of the wake-ups, as the workflow itself sees them. */
async function runsOf(scheduleId: string): Promise<{ workflowId: string; wokenFor: unknown }[]> {
  const found: { workflowId: string; wokenFor: unknown }[] = [];
  for await (const run of client.workflow.list({
    query: `TemporalScheduledById = "${scheduleId}" AND ExecutionStatus = "Running"`,
  })) {
    found.push({
      workflowId: run.workflowId,
      wokenFor: run.searchAttributes["TemporalScheduledStartTime"]?.[0],
    });
  }
  return found.sort((a, b) => String(a.workflowId).localeCompare(String(b.workflowId)));
}
