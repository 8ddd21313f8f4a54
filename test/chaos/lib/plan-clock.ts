import { setTimeout as sleep } from "node:timers/promises";

/** The time of the plan: it stands still while the machine is too far behind, so that a slow one meets the same. */
export interface PlanClock {
  /** Milliseconds of the plan that have passed. */
  now(): number;
  /** Settles once so much of the plan's time has passed. */
  until(at: number): Promise<void>;
  /** Says whether the machine is too far behind. */
  hold(held: boolean): void;
}

/** Starts at 0. Never stands still for longer than `patienceMs` in all. */
export function startPlanClock(options: {
  patienceMs: number;
  signal: AbortSignal;
  realNow?: () => number;
}): PlanClock {
  const { patienceMs, signal, realNow = () => performance.now() } = options;
  const startedAt = realNow();
  let stood = 0;
  let heldSince: number | undefined;
  const standing = () =>
    Math.min(patienceMs, stood + (heldSince === undefined ? 0 : realNow() - heldSince));
  const now = () => realNow() - startedAt - standing();
  return {
    now,
    async until(at) {
      while (now() < at) await sleep(Math.min(250, Math.max(1, at - now())), undefined, { signal });
    },
    hold(held) {
      if (held === (heldSince !== undefined)) return;
      stood = standing();
      heldSince = held ? realNow() : undefined;
    },
  };
}
