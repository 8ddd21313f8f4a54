/** So many uses within a window. */
export interface Rate {
  name: string;
  requests: number;
  windowSeconds: number;
}

/** Uses that were made close together: from the first to the last, milliseconds since 1970, and how many. */
export interface RateSlice {
  from: number;
  to: number;
  count: number;
}

/** Into so many slices of a window its uses are put together at the most, so that many uses stay a small record. */
const slicesPerWindow = 60;

/**
 * Decides whether there is room for one more use now: never more than `requests` in any window, wherever it begins.
 * Gives back the uses that still count, with the new one where there was room, and else the milliseconds until there
 * will be. Uses that were put together leave the window together, with the last of them; so the wait may be longer than
 * needed by a sixtieth of the window, and never shorter. Pure.
 */
export function takeRate(input: { rate: Rate; uses: RateSlice[]; now: Date }): {
  uses: RateSlice[];
  waitMs: number;
} {
  const { rate } = input;
  const now = input.now.getTime();
  const windowMs = rate.windowSeconds * 1_000;
  const uses = input.uses.filter(({ to }) => to + windowMs > now);
  const used = uses.reduce((sum, { count }) => sum + count, 0);
  if (used >= rate.requests) return { uses, waitMs: roomInMs({ rate, uses, used, now }) };

  const last = uses.at(-1);
  const joins = last !== undefined && now - last.from < windowMs / slicesPerWindow;
  if (!joins) return { uses: [...uses, { from: now, to: now, count: 1 }], waitMs: 0 };
  const joined = { from: last.from, to: Math.max(last.to, now), count: last.count + 1 };
  return { uses: [...uses.slice(0, -1), joined], waitMs: 0 };
}

/** How long until enough of the oldest uses have left the window. */
function roomInMs(input: { rate: Rate; uses: RateSlice[]; used: number; now: number }): number {
  const windowMs = input.rate.windowSeconds * 1_000;
  let left = input.used;
  for (const { to, count } of input.uses) {
    left -= count;
    if (left < input.rate.requests) return to + windowMs - input.now;
  }
  // A rate of nothing at all never has room.
  return windowMs;
}
