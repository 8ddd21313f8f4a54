import type { QueryClient } from "@tanstack/react-query";
import {
  agentMachine,
  connectionMachine,
  generationMachine,
  postMachine,
  runMachine,
  targetMachine,
  type StepStatus,
} from "#domain/states.ts";

/** What an event of each kind makes stale. A run shows its post and its steps; a post shows its targets. */
const staleBy: Record<string, string[]> = {
  post: ["posts", "runs", "needs-you", "notifications"],
  target: ["posts", "runs", "needs-you"],
  run: ["runs", "notifications"],
  step: ["runs", "me"],
  generation: ["runs"],
  agent: ["agents", "notifications"],
  connection: ["connections", "needs-you", "notifications"],
  workspace: ["me", "notifications"],
};

const steps: readonly StepStatus[] = [
  "pending",
  "running",
  "succeeded",
  "failed",
  "cancelled",
  "skipped",
];
const removals = ["requested", "removed", "not_supported", "failed", "removed_on_platform"];
const typesByKind: Record<string, readonly string[]> = {
  post: [...postMachine.states, "measured", "overdue", "rescheduled"],
  target: [...targetMachine.states, ...removals.map((one) => `removal_${one}`)],
  run: runMachine.states,
  step: steps,
  generation: [...generationMachine.states, "progress"],
  agent: agentMachine.states,
  connection: [...connectionMachine.states, "disconnected"],
  workspace: ["credits_low", "credits_granted"],
};

/** Events that come close together are looked at once. Milliseconds. */
const gatherMs = 120;
/** How long after the API ended the stream it is asked anew. Milliseconds. */
const comeBackMs = 3_000;

/**
 * Listens to what happens in the workspace and tells the cache what to read anew. The browser itself comes back after a
 * break, and says where it was. A tab that nobody sees listens to nothing: browsers allow six connections to one place
 * over HTTP/1.1, and a stream for every tab would leave none to ask by. Returns how to stop.
 */
export function listenLive(options: {
  queryClient: QueryClient;
  /** Told when the stream is there, and when it is not. */
  onState: (live: boolean) => void;
}): () => void {
  const { queryClient, onState } = options;
  const stale = new Set<string>();
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let comingBack: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource | undefined;
  let reading = false;
  let stopped = false;

  const gather = () => {
    if (stale.size > 0 && !reading && !stopped)
      gathering ??= setTimeout(() => void readAnew(), gatherMs);
  };
  // Reading anew gives up what is being read: begun again with every event, it would not end before the events do.
  const readAnew = async () => {
    gathering = undefined;
    reading = true;
    const keys = [...stale];
    stale.clear();
    await Promise.all(keys.map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
    reading = false;
    gather();
  };
  const mark = (keys: readonly string[]) => {
    for (const key of keys) stale.add(key);
    gather();
  };
  const comeBack = () => {
    source?.close();
    onState(false);
    clearTimeout(comingBack);
    comingBack = setTimeout(open, comeBackMs);
  };

  function open(): void {
    source = new EventSource("/v1/events");
    source.onopen = () => {
      onState(true);
      // What happened before the stream was there, nobody told.
      mark(["me", "posts", "runs", "agents", "connections", "needs-you", "notifications"]);
    };
    source.onerror = () => {
      onState(false);
      // An answer that is no stream ends it for good: the browser won't come back by itself.
      if (source?.readyState === EventSource.CLOSED) comeBack();
    };
    source.addEventListener("reset", () => void queryClient.invalidateQueries());
    source.addEventListener("end", () => {
      comeBack();
      // Whose session ended learns it by this; whose rights changed gets new ones.
      void queryClient.invalidateQueries({ queryKey: ["me"] });
    });
    for (const [kind, words] of Object.entries(typesByKind)) {
      for (const word of words)
        source.addEventListener(`${kind}.${word}`, () => mark(staleBy[kind] ?? []));
    }
  }

  const follow = () => {
    source?.close();
    clearTimeout(comingBack);
    if (document.visibilityState === "visible") open();
  };

  follow();
  document.addEventListener("visibilitychange", follow);
  return () => {
    stopped = true;
    document.removeEventListener("visibilitychange", follow);
    source?.close();
    clearTimeout(gathering);
    clearTimeout(comingBack);
  };
}
