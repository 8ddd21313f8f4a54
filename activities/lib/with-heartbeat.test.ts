import { MockActivityEnvironment } from "@temporalio/testing";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withHeartbeat } from "./with-heartbeat.ts";

let environment: MockActivityEnvironment;
let told: unknown[];

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  environment = new MockActivityEnvironment();
  environment.on("heartbeat", (details: unknown) => told.push(details));
});

afterEach(() => {
  vi.useRealTimers();
});

/** An activity whose call is over after `ms`. */
function callFor(ms: number): Promise<string> {
  return environment.run(() =>
    withHeartbeat(
      () => new Promise<string>((resolve) => setTimeout(() => resolve("answered"), ms)),
      () => ({ at: Date.now() }),
    ),
  ) as Promise<string>;
}

describe("a call with a heartbeat", () => {
  it("sends none where it is over soon", async () => {
    const answer = callFor(3_900);
    await vi.advanceTimersByTimeAsync(3_900);
    await expect(answer).resolves.toBe("answered");
    expect(told).toEqual([]);
  });

  it("sends one every four seconds, with what is to be told then, and none after its end", async () => {
    const startedAt = Date.now();
    const answer = callFor(9_000);
    await vi.advanceTimersByTimeAsync(9_000);
    await expect(answer).resolves.toBe("answered");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([{ at: startedAt + 4_000 }, { at: startedAt + 8_000 }]);
  });

  it("sends none after a call that failed", async () => {
    const failed = environment.run(() =>
      withHeartbeat(() => Promise.reject(new Error("no answer"))),
    );
    await expect(failed).rejects.toThrow("no answer");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([]);
  });

  it("ends the call when the activity is cancelled", async () => {
    vi.useRealTimers();
    const answer = environment.run(() =>
      withHeartbeat((signal) => sleep(60_000, "answered", { signal })),
    );
    environment.cancel("CANCELLED");
    await expect(answer).rejects.toThrow();
  });
});
