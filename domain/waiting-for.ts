/** Why something that is to go out has not done so yet: pure, so that the API, the sweep and the console say the same. */
import type { PostStatus, TargetStatus } from "./states.ts";

export const waitingReasons = [
  "due_time",
  "approval",
  "rendition",
  "rate_limit",
  "connection",
  "worker",
  "platform",
  "reading",
  "halted",
  "decision",
] as const;
export type WaitingReason = (typeof waitingReasons)[number];

export interface WaitingFor {
  reason: WaitingReason;
  since: Date;
  /** When it ends by itself, or is looked at again; null where only somebody ends it. */
  until: Date | null;
  /** In words for people. */
  detail: string;
  /** How far it is, 0…1, where that is known. */
  progress?: number;
}

export interface WaitingFacts {
  post: {
    status: PostStatus;
    dueAt: Date;
    /** When it expires if nothing happens. */
    expiresAt: Date;
    contentHash: string | null;
    createdAt: Date;
  };
  /** The approval that is asked for, where one is. */
  approval: { createdAt: Date; expiresAt: Date } | null;
  target: {
    status: TargetStatus;
    statusAt: Date;
    channelName: string;
    error: { code: string; detail: string } | null;
    /** What the last step at the platform found. */
    waiting: {
      reason: string;
      detail: string;
      since: string;
      until: string | null;
      progress?: number | undefined;
    } | null;
  };
}

const ended: readonly TargetStatus[] = ["published", "failed", "cancelled", "expired"];

/** What a target waits for as of `now`; null where it has ended. Each target that has not has a reason. */
export function waitingFor(facts: WaitingFacts, now: Date): WaitingFor | null {
  const { target } = facts;
  if (ended.includes(target.status)) return null;
  if (target.status === "unconfirmed") {
    return {
      reason: "decision",
      since: target.statusAt,
      until: null,
      detail: `Nobody knows whether it is out on ${target.channelName}. Look there and decide.`,
    };
  }
  if (target.status === "blocked") return blocked(facts);
  // What was told while the media was made says nothing any more once it is there.
  const outdated = target.waiting?.reason === "rendition" && facts.post.contentHash !== null;
  if (target.waiting && !outdated) return lastFound(target.waiting, target.statusAt);
  if (target.status === "publishing") {
    return {
      reason: "platform",
      since: target.statusAt,
      until: null,
      detail: `It is being sent to ${target.channelName}.`,
    };
  }
  return beforeSending(facts, now);
}

function beforeSending(facts: WaitingFacts, now: Date): WaitingFor {
  const { post, target, approval } = facts;
  if (post.contentHash === null) {
    return {
      reason: "rendition",
      since: target.statusAt,
      until: null,
      detail: "It is being prepared: its media, where it has any, is made to fit the platform.",
    };
  }
  if (post.status === "awaiting_approval") {
    return {
      reason: "approval",
      since: approval?.createdAt ?? target.statusAt,
      until: approval?.expiresAt ?? null,
      detail: "A member who may approve must decide. Without a decision it expires.",
    };
  }
  if (post.dueAt > now) {
    return {
      reason: "due_time",
      since: target.statusAt,
      until: post.dueAt,
      detail: "Its time has not come yet.",
    };
  }
  return {
    reason: "worker",
    since: post.dueAt > target.statusAt ? post.dueAt : target.statusAt,
    until: post.expiresAt,
    detail: "It is due, and a worker takes it up. If this lasts, see whether workers run.",
  };
}

function blocked({ post, target }: WaitingFacts): WaitingFor {
  const halted = target.error?.code.endsWith("_halted") ?? false;
  return {
    reason: halted ? "halted" : "connection",
    since: target.statusAt,
    until: post.expiresAt,
    detail:
      target.error?.detail ??
      `The account of ${target.channelName} must be connected again. Until then nothing goes out there.`,
  };
}

function lastFound(
  waiting: NonNullable<WaitingFacts["target"]["waiting"]>,
  statusAt: Date,
): WaitingFor {
  const known = waitingReasons.find((one) => one === waiting.reason);
  const since = new Date(waiting.since);
  return {
    reason: known ?? "platform",
    since: Number.isNaN(since.getTime()) ? statusAt : since,
    until: waiting.until ? new Date(waiting.until) : null,
    detail: waiting.detail,
    ...(waiting.progress === undefined ? {} : { progress: waiting.progress }),
  };
}
