import type { RateLimit } from "./state.ts";
import { Refusal } from "./refusal.ts";

interface Window {
  startedAt: number;
  used: number;
}

export interface RateLimiter {
  /** Counts one request of the account; throws 429 with `Retry-After` when its window is full. */
  take(input: { account: string; on?: "publish"; limit: RateLimit; now: Date }): void;
}

/** Counts requests per account in fixed windows, those for publishing apart. Counts are not kept over a restart. */
export function createRateLimiter(): RateLimiter {
  const windows = new Map<string, Window>();
  return {
    take({ account, on, limit, now }) {
      const key = on === undefined ? account : `${account} ${on}`;
      const at = now.getTime();
      const length = limit.windowSeconds * 1_000;
      let window = windows.get(key);
      if (window === undefined || at >= window.startedAt + length || at < window.startedAt) {
        window = { startedAt: at, used: 0 };
        windows.set(key, window);
      }
      if (window.used >= limit.requests)
        throw rateLimited(Math.ceil((window.startedAt + length - at) / 1_000));
      window.used += 1;
    },
  };
}

export function rateLimited(seconds: number): Refusal {
  const retryAfter = Math.max(1, Math.ceil(seconds));
  return new Refusal(`Too many requests; ask again in ${retryAfter} s.`, {
    status: 429,
    code: "rate_limited",
    headers: { "retry-after": String(retryAfter) },
  });
}
