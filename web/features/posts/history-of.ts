import { postMachine } from "#domain/states.ts";
import type { Attempt, PostEvent } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";

const words = texts.posts.history;

export type HistoryEntry = { key: string; at: string } & (
  | { attempt: Attempt; text?: never }
  | { attempt?: never; text: string }
);

/** Attempts and changes of state in one row, by their time. What is measured of it afterwards is no part of it. */
export function historyOf(history: {
  attempts: readonly Attempt[];
  events: readonly PostEvent[];
}): HistoryEntry[] {
  const attempts = history.attempts.map((attempt) => ({
    key: `${attempt.targetId}/${attempt.part}/${attempt.number}`,
    at: attempt.startedAt,
    attempt,
  }));
  const changes = history.events.flatMap(({ type, at }, index) => {
    const word = stateOf(type);
    return word === undefined ? [] : [{ key: `event/${index}`, at, text: words.state(word) }];
  });
  return [...attempts, ...changes].toSorted((one, other) => one.at.localeCompare(other.at));
}

function stateOf(type: string): string | undefined {
  const [kind, word = ""] = type.split(".");
  // What its channels became is told under the post too, and said by their attempts.
  if (kind !== "post") return undefined;
  const status = postMachine.states.find((one) => one === word);
  return status ? texts.postStatus[status] : words.states[word];
}
