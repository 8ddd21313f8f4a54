import { expect, test } from "vitest";
import type { RunningService } from "./spawn-service.ts";
import { createSupervisor, restartDelayMs, type Service } from "./supervisor.ts";

/** A service that ends when told to, and keeps account of it. */
function service(
  name: string,
  log: string[],
): Service & { end(how: string): void; starts: number } {
  let end: (how: string) => void = () => undefined;
  const self = {
    name,
    graceMs: 10,
    logFile: `${name}.log`,
    starts: 0,
    end: (how: string) => end(how),
    start: async (): Promise<RunningService> => {
      self.starts += 1;
      log.push(`start ${name}`);
      const exited = new Promise<string>((resolve) => {
        end = resolve;
      });
      return {
        pid: 1,
        exited,
        kill: () => log.push(`kill ${name}`),
        stop: async () => {
          log.push(`stop ${name}`);
          end("stopped");
        },
      };
    },
  };
  return self;
}

const turns = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

test("ends services in the order asked for, and what nobody named last", async () => {
  const log: string[] = [];
  const supervisor = createSupervisor({ say: () => undefined });
  for (const name of ["db", "other", "engine", "api"]) await supervisor.run(service(name, log));
  log.length = 0;
  await supervisor.stop([["api"], ["engine", "absent"], ["db"]]);
  expect(log).toEqual(["stop api", "stop engine", "stop db", "stop other"]);
});

test("while starting, a service that ends fails the start by name", async () => {
  const supervisor = createSupervisor({ say: () => undefined });
  const api = service("API", []);
  await supervisor.run(api);
  api.end("exit code 3");
  await expect(supervisor.firstEnd).rejects.toThrow("API ended (exit code 3)");
  expect(api.starts).toBe(1);
});

test("later it is started again, after a growing wait, and says so", async () => {
  const said: string[] = [];
  const waits: number[] = [];
  const supervisor = createSupervisor({
    say: (line) => said.push(line),
    now: () => 0,
    sleep: async (milliseconds) => void waits.push(milliseconds),
  });
  const worker = service("worker", []);
  await supervisor.run(worker);
  supervisor.settle();
  for (let end = 0; end < 3; end++) {
    worker.end("signal SIGKILL");
    await turns();
  }
  expect(worker.starts).toBe(4);
  expect(waits).toEqual([500, 1_000, 2_000]);
  expect(said[0]).toContain("worker ended (signal SIGKILL); starting it again in 0.5 s");
  expect(said[1]).toBe("worker runs again.");
});

test("once stopping, nothing is started again", async () => {
  const supervisor = createSupervisor({ say: () => undefined });
  const worker = service("worker", []);
  await supervisor.run(worker);
  supervisor.settle();
  await supervisor.stop([]);
  await turns();
  expect(worker.starts).toBe(1);
});

test("the wait is bounded", () => {
  expect([1, 2, 7, 50].map(restartDelayMs)).toEqual([500, 1_000, 30_000, 30_000]);
});
