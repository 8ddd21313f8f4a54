import { setTimeout as pause } from "node:timers/promises";
import { Problem } from "#domain/errors.ts";
import type { Principal } from "../plugins/principal.ts";
import type { EndReason } from "./event-message.ts";

/** Watches over one stream whether whoever listens still may. */
export interface AccessGuard {
  /** Looks again; nothing is told until that is done. */
  check(): void;
  /** Looks again if the change is about whoever listens. */
  onAccess(subject: string): void;
  /** Settles once no look is under way. */
  settled(): Promise<void>;
  stop(): void;
}

/** Node counts a longer time as none at all. */
const longestTimerMs = 2_000_000_000;

/** `end` is called, once, when the session or key ended, or may do other things than when the stream was opened. */
export function guardAccess(input: {
  principal: Principal;
  /** Who asks, read anew; throws Problem 401 when nobody may any more. */
  find: () => Promise<Principal>;
  end: (reason: EndReason) => void;
  now: () => Date;
  onError: (error: unknown) => void;
  /** The pause before another look when nothing could be read. */
  againMs?: number;
}): AccessGuard {
  const { principal, find, now, againMs = 1_000 } = input;
  const stopped = new AbortController();
  const subjects = new Set([
    `user:${principal.userId}`,
    principal.kind === "key" ? `key:${principal.keyId}` : `session:${principal.sessionId}`,
  ]);
  let looking: Promise<void> | undefined;
  let again = false;
  let timer: NodeJS.Timeout | undefined;

  const end = (reason: EndReason) => {
    if (stopped.signal.aborted) return;
    stop();
    input.end(reason);
  };
  const stop = () => {
    clearTimeout(timer);
    stopped.abort();
  };
  const wakeAt = ({ expiresAt }: Principal) => {
    clearTimeout(timer);
    if (!expiresAt || stopped.signal.aborted) return;
    const left = Math.max(0, expiresAt.getTime() - now().getTime());
    timer = setTimeout(check, Math.min(left + 1, longestTimerMs));
  };
  async function look(): Promise<void> {
    do {
      again = false;
      try {
        const fresh = await find();
        if (rightsOf(fresh) !== rightsOf(principal)) return end("access_changed");
        wakeAt(fresh);
      } catch (error) {
        if (error instanceof Problem && error.status === 401) return end("access_ended");
        // Nothing can be read, so nothing is told either.
        input.onError(error);
        again = true;
        await pause(againMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      }
    } while (again && !stopped.signal.aborted);
  }
  function check(): void {
    again = true;
    looking ??= look().finally(() => {
      looking = undefined;
    });
  }

  wakeAt(principal);
  return {
    check,
    onAccess(subject) {
      if (subjects.has(subject)) check();
    },
    settled: () => looking ?? Promise.resolve(),
    stop,
  };
}

/** What a stream shows depends on these. */
function rightsOf(principal: Principal): string {
  const role = principal.kind === "user" ? principal.role : "";
  return [principal.workspaceId, role, ...principal.scopes.toSorted()].join(" ");
}
