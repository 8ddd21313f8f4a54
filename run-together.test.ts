import { describe, expect, test } from "vitest";
import { runTogether, type QueueWorker } from "./run-together.ts";

/** A worker that runs until it is shut down or told to fail. */
function standIn(queue: string) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let state = "INITIALIZED";
  const worker: QueueWorker = {
    run() {
      state = "RUNNING";
      return promise;
    },
    shutdown() {
      // As Temporal's does.
      if (state !== "RUNNING") throw new Error("not running");
      state = "STOPPED";
      resolve();
    },
    getState: () => state,
  };
  return {
    queue,
    worker,
    fail(message: string) {
      state = "FAILED";
      reject(new Error(message));
    },
  };
}

describe("workers that run together", () => {
  test("end in peace when they are stopped", async () => {
    const workers = [standIn("io"), standIn("publish")];
    const { ended, stop } = runTogether(workers);
    stop();
    await expect(ended).resolves.toBeUndefined();
  });

  test("are all shut down when one fails; the error names its queue", async () => {
    const workers = [standIn("io"), standIn("publish"), standIn("model")];
    const { ended, stop } = runTogether(workers);
    workers[1]?.fail("the connection is lost");
    await expect(ended).rejects.toThrow(
      "the worker of the queue publish failed: the connection is lost",
    );
    expect(workers.map(({ worker }) => worker.getState())).toEqual([
      "STOPPED",
      "FAILED",
      "STOPPED",
    ]);
    expect(() => stop()).not.toThrow();
  });

  test("tell of the first failure, whatever follows it", async () => {
    const workers = [standIn("io"), standIn("publish")];
    const { ended } = runTogether(workers);
    workers[0]?.fail("first");
    workers[1]?.fail("second");
    await expect(ended).rejects.toThrow("the worker of the queue io failed: first");
  });
});
