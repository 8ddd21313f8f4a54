import { writeFileSync } from "node:fs";

/**
 * The places at which a process of this harness can end itself. The product has none: they lie around what it is given
 * (activities, platforms, the engine's port), in entry files of the harness's own.
 */

/** What the harness tells one of its processes over their channel. */
export interface Order {
  /** It ends at the next of these places that it comes to. */
  arm: string[];
}

/** What a process tells the harness. */
export type News =
  /** It works. */
  | { ready: true }
  /** A point that can be armed: it was just passed for the first time. */
  | { passed: string };

const passed = new Set<string>();
let armed: ReadonlySet<string> = new Set();
/** Work in this process that a kill would rob of an answer which nobody could ever read again. */
let shielded = 0;

process.on("message", (order: Order) => {
  armed = new Set(order.arm);
});

/** Marks a place: the process ends here, by SIGKILL, when it is armed. */
export function failpoint(name: string): void {
  if (!passed.has(name)) {
    passed.add(name);
    process.send?.({ passed: name } satisfies News);
  }
  if (!armed.has(name) || shielded > 0) return;
  const lastWords = process.env["CHAOS_LAST_WORDS"];
  if (lastWords) writeFileSync(lastWords, name);
  process.kill(process.pid, "SIGKILL");
}

/** A place before and one behind some work. */
export async function betweenFailpoints<T>(name: string, work: () => Promise<T>): Promise<T> {
  failpoint(`before ${name}`);
  const result = await work();
  failpoint(`after ${name}`);
  return result;
}

/** No failpoint ends the process while this work is under way. */
export async function shield<T>(work: () => Promise<T>): Promise<T> {
  shielded += 1;
  try {
    return await work();
  } finally {
    shielded -= 1;
  }
}
