/** A worker of one queue, as far as running it goes; Temporal's `Worker` is one. */
export interface QueueWorker {
  /** Ends after `shutdown`; rejects when it can work no more. */
  run(): Promise<void>;
  shutdown(): void;
  getState(): string;
}

/**
 * Runs the workers of a process until `stop`. When one of them fails the others are shut down, in peace, and `ended`
 * rejects with an error that names the queue: a process that serves but some of its queues would look alive.
 */
export function runTogether(workers: { queue: string; worker: QueueWorker }[]): {
  ended: Promise<void>;
  stop: () => void;
} {
  const stop = () => {
    for (const { worker } of workers) if (worker.getState() === "RUNNING") worker.shutdown();
  };
  const failures: Error[] = [];
  const running = workers.map(async ({ queue, worker }) => {
    try {
      await worker.run();
    } catch (error) {
      failures.push(
        new Error(`the worker of the queue ${queue} failed: ${messageOf(error)}`, { cause: error }),
      );
      stop();
    }
  });
  const ended = Promise.all(running).then(() => {
    // The others may fail for its sake: the first one is the cause.
    if (failures[0]) throw failures[0];
  });
  return { ended, stop };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
