/**
 * Lets at most `limit` works run at once; the others wait in line. Who is aborted while waiting leaves the line, with
 * the signal's reason.
 */
export function atMost(
  limit: number,
): <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T> {
  let free = limit;
  const line: (() => void)[] = [];

  function turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        line.splice(line.indexOf(next), 1);
        reject(signal.reason as Error);
      };
      const next = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      signal.addEventListener("abort", leave, { once: true });
      line.push(next);
    });
  }

  return async (signal, work) => {
    await turn(signal);
    try {
      return await work();
    } finally {
      // The place goes straight to whoever waits longest; only an empty line makes it free.
      const next = line.shift();
      if (next) next();
      else free += 1;
    }
  };
}
