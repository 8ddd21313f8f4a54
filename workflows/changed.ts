import { condition, defineSignal, setHandler } from "@temporalio/workflow";

/** "Your row changed, look again": the one signal that every long-lived workflow of ours understands. */
export const changedSignal = defineSignal("changed");

/** Listens for the signal; returns how to wait for it. */
export function onChanged(): {
  /** Forget what was told so far: call it before looking at the row. */
  clear(): void;
  /** Whether it was told since. */
  changed(): boolean;
  /** Waits until the row changed or `until` (epoch ms) has come; true when it changed. */
  waitUntil(until: number | undefined, summary: string): Promise<boolean>;
} {
  let changed = false;
  setHandler(changedSignal, () => {
    changed = true;
  });
  return {
    clear: () => {
      changed = false;
    },
    changed: () => changed,
    async waitUntil(until, summary) {
      if (until === undefined) {
        await condition(() => changed);
        return true;
      }
      const left = until - Date.now();
      if (left <= 0) return false;
      return condition(() => changed, left, { summary });
    },
  };
}
