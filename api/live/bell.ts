/** Something may have happened: whoever waits looks. Rings are not counted. */
export interface Bell {
  ring(): void;
  /** Waits until it rang since the last wait, `milliseconds` are over, or the signal is aborted; true when it rang. */
  heard(milliseconds: number, signal: AbortSignal): Promise<boolean>;
}

/** A bell for one that waits at a time. */
export function createBell(): Bell {
  let rang = false;
  let wake: () => void = () => undefined;
  return {
    ring() {
      rang = true;
      wake();
    },
    async heard(milliseconds, signal) {
      if (!rang && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, milliseconds);
        wake = resolve;
        const stop = () => resolve();
        signal.addEventListener("abort", stop, { once: true });
        await promise;
        clearTimeout(timer);
        signal.removeEventListener("abort", stop);
      }
      const heard = rang;
      rang = false;
      return heard;
    },
  };
}
