/** What a post asks for next, decided from its row alone: pure, so that it is the same in a test and in a crash. */
import type { ApprovalStatus, PostStatus, TargetStatus } from "./states.ts";
import { postMachine, postsAtRest, postStatusOf } from "./states.ts";

export interface RenditionOrder {
  targetId: string;
  assetId: string;
  /** Of which part; absent for the post itself. */
  part?: number;
}

export type PostMove =
  | { kind: "prepare"; version: number; renditions: RenditionOrder[] }
  | { kind: "await_approval"; until: number }
  | { kind: "await_due"; until: number }
  | { kind: "await_connection"; until: number }
  | { kind: "deliver"; version: number; targetIds: string[]; platforms: string[] }
  | { kind: "done"; status: PostStatus; published: boolean };

export interface PostFacts {
  status: PostStatus;
  version: number;
  dueAt: Date;
  /** Until when it may still go out. */
  expiresAt: Date;
  /** It goes out at that time or not at all: an approval that comes after `expiresAt` moves nothing. */
  keepsItsTime?: boolean;
  /** Known once exactly what goes out is fixed. */
  contentHash: string | null;
  approval: { status: ApprovalStatus; expiresAt: Date } | null;
  targets: {
    id: string;
    platform: string;
    status: TargetStatus;
    assetIds: string[];
    /** Media of its further parts. */
    partAssets?: { part: number; assetId: string }[];
    /** Whether its connection may be used now. */
    usable: boolean;
    /** Some of it is out, or may be: it can fail, and not be as if it had never been. */
    begun?: boolean;
    /** The gate found its agent or workspace halted. The gate finds out, too, when that is over. */
    halted?: boolean;
  }[];
}

/** The move, and what must be written to the rows before it is made. */
export interface PostDecision {
  move: PostMove;
  post?: PostStatus;
  targets?: { id: string; status: TargetStatus }[];
  approval?: ApprovalStatus;
}

/** A post that is later than this expires visibly instead of surprising its audience, unless its workspace says otherwise. Milliseconds. */
export const latestAfterDueMs = 6 * 60 * 60 * 1000;

/** Until when a post may go out. What a person asked to go on with counts from then. */
export function expiryOf(post: {
  dueAt: Date;
  resumedAt?: Date | null | undefined;
  latestAfterDueMs: number;
}): Date {
  const from = Math.max(post.dueAt.getTime(), post.resumedAt?.getTime() ?? 0);
  return new Date(from + post.latestAfterDueMs);
}

/** Decides the next move of a post as of `now`. */
export function nextPostMove(post: PostFacts, now: Date): PostDecision {
  if (isOver(post.status)) return { move: done(post.status, post) };
  if (post.status === "publishing") return { move: deliver(post, unfinished(post)) };
  if (post.contentHash === null) return prepare(post, now);
  if (post.status === "awaiting_approval") return awaitApproval(post, now);
  if (post.dueAt.getTime() > now.getTime())
    return { move: { kind: "await_due", until: post.dueAt.getTime() } };
  return due(post, now);
}

/** True when nothing more happens by itself: the end, or a state that only a person moves on. */
export function isOver(status: PostStatus): boolean {
  return postMachine.isFinal(status) || postsAtRest.includes(status);
}

function prepare(post: PostFacts, now: Date): PostDecision {
  const renditions = unfinished(post).flatMap((target) => [
    ...target.assetIds.map((assetId) => ({ targetId: target.id, assetId })),
    ...(target.partAssets ?? []).map((media) => ({ targetId: target.id, ...media })),
  ]);
  const isDue = post.dueAt.getTime() <= now.getTime();
  return {
    move: { kind: "prepare", version: post.version, renditions },
    ...(post.status === "scheduled" && isDue ? { post: "preparing" as const } : {}),
  };
}

function awaitApproval(post: PostFacts, now: Date): PostDecision {
  const until = post.approval ? decidableUntil(post, post.approval).getTime() : now.getTime();
  if (until > now.getTime()) return { move: { kind: "await_approval", until } };
  return { ...expire(post), approval: "expired" };
}

/** Until when a decision on the post makes a difference. */
export function decidableUntil(
  post: Pick<PostFacts, "keepsItsTime" | "expiresAt">,
  approval: { expiresAt: Date },
): Date {
  return post.keepsItsTime && post.expiresAt < approval.expiresAt
    ? post.expiresAt
    : approval.expiresAt;
}

function due(post: PostFacts, now: Date): PostDecision {
  const latest = post.expiresAt.getTime();
  const open = unfinished(post);
  if (now.getTime() > latest) return expire(post);
  const usable = open.filter((target) => target.usable);
  const changes = open
    .map((target) => ({
      id: target.id,
      // Trying the gate again does not make it pending: it would be told of each time.
      status: target.usable && !target.halted ? ("pending" as const) : ("blocked" as const),
    }))
    .filter(
      (change) => post.targets.find((target) => target.id === change.id)?.status !== change.status,
    );
  if (usable.length > 0) return { move: deliver(post, usable), targets: changes };
  return {
    move: { kind: "await_connection", until: latest + 1 },
    post: "blocked",
    targets: changes,
  };
}

function expire(post: PostFacts): PostDecision {
  const changes = unfinished(post).map((target) => ({
    id: target.id,
    status: target.begun ? ("failed" as const) : ("expired" as const),
  }));
  const after = post.targets.map(
    (target) => changes.find((change) => change.id === target.id)?.status ?? target.status,
  );
  // What is out, and what a person must still decide, outlives what was let go.
  const status = postStatusOf(after) ?? "expired";
  return { move: done(status, post), post: status, targets: changes };
}

function deliver(post: PostFacts, targets: PostFacts["targets"]): PostMove {
  return {
    kind: "deliver",
    version: post.version,
    targetIds: targets.map((target) => target.id),
    platforms: [...new Set(targets.map((target) => target.platform))].sort(),
  };
}

function done(status: PostStatus, post: PostFacts): PostMove {
  return {
    kind: "done",
    status,
    published: post.targets.some((target) => target.status === "published"),
  };
}

function unfinished(post: PostFacts): PostFacts["targets"] {
  return post.targets.filter((target) =>
    ["pending", "preparing", "publishing", "blocked"].includes(target.status),
  );
}
