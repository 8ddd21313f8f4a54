import { postMachine } from "#domain/states.ts";
import type { Attempt, PostHistory, Target } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";

const words = texts.posts.history;
/** So near to each other what one thing caused is written. Milliseconds. */
const sameMomentMs = 1_000;

export type HistoryEntry = { key: string; at: string } & (
  | { attempt: Attempt; text?: never }
  | { attempt?: never; text: string }
);

/** Where of one moment several things are told, the lower rank comes first. */
type Ranked = HistoryEntry & { rank: number };
const ranks = { cause: 0, attempt: 1, action: 2, state: 3 };

/** What of a post's state a person's action brings about; where both are told, the action comes first. */
const brings: Readonly<Record<string, readonly string[]>> = {
  "post.created": ["post.preparing", "post.scheduled"],
  "post.approved": ["post.scheduled"],
  "post.published-now": ["post.scheduled"],
  "post.retried": ["post.scheduled", "post.preparing", "post.publishing"],
  "post.changed": ["post.preparing", "post.scheduled"],
};

/**
 * Attempts, what people did, and changes of state in one row, by when they happened: what was caused after its cause.
 * What is measured of it afterwards is no part of it.
 */
export function historyOf(
  history: Pick<PostHistory, "attempts" | "actions" | "events">,
  targets: readonly Pick<Target, "id" | "channelName">[] = [],
): HistoryEntry[] {
  const attempts = history.attempts.map((attempt) => ({
    key: `${attempt.targetId}/${attempt.part}/${attempt.number}`,
    at: attempt.startedAt,
    rank: ranks.attempt,
    attempt,
  }));
  const entries: Ranked[] = [...attempts, ...actionsOf(history), ...statesOf(history, targets)];
  return entries
    .toSorted((one, other) => one.at.localeCompare(other.at) || one.rank - other.rank)
    .map(({ rank: _rank, ...entry }) => entry);
}

function actionsOf({ actions, events }: Pick<PostHistory, "actions" | "events">): Ranked[] {
  return actions.flatMap(({ action, at, by }, index) => {
    // A person's decision about what nobody knows is an attempt, and named there.
    if (action.startsWith("post.resolved-")) return [];
    const brought = events.find(
      (event) => brings[action]?.includes(event.type) && isSameMoment(event.at, at),
    );
    const name = by.name ?? words.nameless[by.id.split(":")[0] ?? ""] ?? words.somebody;
    return [
      {
        key: `action/${index}`,
        at: brought && brought.at < at ? brought.at : at,
        rank: ranks.action,
        text: words.by(words.actions[action] ?? sentence(action.split(".")[1] ?? action), name),
      },
    ];
  });
}

function statesOf(
  { attempts, actions, events }: PostHistory,
  targets: readonly Pick<Target, "id" | "channelName">[],
): Ranked[] {
  return events.flatMap(({ type, at, data }, index) => {
    // Whoever did it is named: the state says no more.
    if (actions.some(({ action }) => action === type)) return [];
    const text = wordsFor(type, targets.find(({ id }) => id === data["targetId"])?.channelName);
    if (text === undefined) return [];
    // It is being published from when it is being sent: the sending is noted first.
    const begun =
      type === "post.publishing"
        ? attempts.find(({ startedAt }) => startedAt <= at && isSameMoment(startedAt, at))
        : undefined;
    return [
      {
        key: `event/${index}`,
        at: begun?.startedAt ?? at,
        rank: begun ? ranks.cause : ranks.state,
        text,
      },
    ];
  });
}

function wordsFor(type: string, channelName: string | undefined): string | undefined {
  const [kind, word = ""] = type.split(".");
  if (kind === "target") {
    // What else its channels became is said by their attempts.
    const removal = words.removals[word.replace("removal_", "")];
    return removal === undefined || !channelName ? undefined : words.stepOf(removal, channelName);
  }
  if (kind !== "post") return undefined;
  const status = postMachine.states.find((one) => one === word);
  const state = status ? texts.postStatus[status] : words.states[word];
  return state === undefined ? undefined : words.state(state);
}

function isSameMoment(one: string, other: string): boolean {
  return Math.abs(Date.parse(one) - Date.parse(other)) <= sameMomentMs;
}

/** `resolved-is-there` as people write it. */
export function sentence(word: string): string {
  const plain = word.replaceAll(/[-_]/g, " ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
