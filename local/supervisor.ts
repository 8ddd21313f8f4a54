import type { RunningService } from "./spawn-service.ts";

export interface Service {
  /** As the person at the terminal knows it: `PostgreSQL`, `the API`. */
  name: string;
  /** Starts it; resolves once it runs (or is ready, where it can tell). */
  start(): Promise<RunningService>;
  /** How long it may take to end when asked. */
  graceMs: number;
  /** Said when it has to be started again. */
  logFile: string;
}

export interface Supervisor {
  /** Starts a service, and from then on starts it again whenever it ends. */
  run(service: Service): Promise<void>;
  /** Rejects with the name and the reason as soon as a service ends; settles no earlier than that. For the time of starting. */
  readonly firstEnd: Promise<never>;
  /** From now on a service that ends is started again; until then its end fails the start. */
  settle(): void;
  /** Ends all services, group after group, those of a group together; last what no group names, in reverse order of start. */
  stop(order: string[][]): Promise<void>;
  /** Kills what still runs. */
  hurry(): void;
}

/** The wait before a service that ended is started again: 0.5 s, doubled for each end in a row, at most 30 s. */
export function restartDelayMs(endsInARow: number): number {
  return Math.min(30_000, 500 * 2 ** Math.max(0, endsInARow - 1));
}

/** A service that ran this long is taken for sound: its next end counts as the first. */
const SOUND_AFTER_MS = 60_000;

export class ServiceEnded extends Error {
  override name = "ServiceEnded";
  readonly service: Service;

  constructor(service: Service, how: string) {
    super(`${service.name} ended (${how})`);
    this.service = service;
  }
}

/** Keeps services running, and ends them in order. */
export function createSupervisor(options: {
  say: (line: string) => void;
  now?: () => number;
  sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}): Supervisor {
  const { say, now = () => performance.now(), sleep = pause } = options;
  const running = new Map<string, { service: Service; current: RunningService }>();
  /** Starts and restarts under way: stopping waits for them, so that none comes up after its stop. */
  const pending = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  let settled = false;
  let hurried = false;
  let reportFirstEnd: (error: ServiceEnded) => void = () => undefined;
  const firstEnd = new Promise<never>((_, reject) => {
    reportFirstEnd = reject;
  });
  // Nobody may be waiting when it happens.
  firstEnd.catch(() => undefined);

  const watch = (service: Service, current: RunningService, endsInARow: number) => {
    running.set(service.name, { service, current });
    const startedAt = now();
    void current.exited.then((how) => {
      if (stopping.signal.aborted) return;
      running.delete(service.name);
      if (!settled) return reportFirstEnd(new ServiceEnded(service, how));
      void track(
        restart({ service, how, ends: now() - startedAt > SOUND_AFTER_MS ? 1 : endsInARow + 1 }),
      );
    });
  };
  const restart = async (after: { service: Service; how: string; ends: number }): Promise<void> => {
    const { service } = after;
    let { how, ends } = after;
    while (!stopping.signal.aborted) {
      const delay = restartDelayMs(ends);
      say(
        `${service.name} ended (${how}); starting it again in ${delay / 1000} s. Its log: ${service.logFile}`,
      );
      await sleep(delay, stopping.signal);
      if (stopping.signal.aborted) return;
      try {
        const current = await service.start();
        if (hurried) return current.kill();
        watch(service, current, ends);
        say(`${service.name} runs again.`);
        return;
      } catch (error) {
        how = error instanceof Error ? error.message : String(error);
        ends += 1;
      }
    }
  };
  const track = <T>(work: Promise<T>): Promise<T> => {
    const entry = work.then(
      () => undefined,
      () => undefined,
    );
    pending.add(entry);
    void entry.then(() => pending.delete(entry));
    return work;
  };

  return {
    firstEnd,
    settle() {
      settled = true;
    },
    run(service) {
      return track(
        (async () => {
          const current = await service.start();
          if (hurried) current.kill();
          else watch(service, current, 0);
        })(),
      );
    },
    async stop(order) {
      stopping.abort();
      await Promise.all(pending);
      const named = new Set(order.flat());
      const others = [...running.keys()].filter((name) => !named.has(name)).toReversed();
      for (const group of [...order, ...others.map((name) => [name])]) {
        await Promise.all(
          group.map(async (name) => {
            const entry = running.get(name);
            await entry?.current.stop({ graceMs: hurried ? 0 : entry.service.graceMs });
            running.delete(name);
          }),
        );
      }
    },
    hurry() {
      hurried = true;
      for (const { current } of running.values()) current.kill();
    },
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
