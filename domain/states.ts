/**
 * Every state of the product and every legal step between two of them. The API, activities and the console all ask
 * here; nobody else knows which change is allowed.
 */
import { Problem } from "./errors.ts";

type Steps<S extends string> = Readonly<Record<S, readonly NoInfer<S>[]>>;

function machine<S extends string>(subject: string, steps: Steps<S>) {
  return {
    states: Object.keys(steps) as S[],
    /** True when the step is allowed; staying where one is always is. */
    allows: (from: S, to: S): boolean => from === to || steps[from].includes(to),
    /** True when nothing can follow. */
    isFinal: (state: S): boolean => steps[state].length === 0,
    /** Returns `to`. Throws Problem 409 `illegal_transition` when the step is not allowed. */
    step(from: S, to: S): S {
      if (from !== to && !steps[from].includes(to)) {
        throw new Problem({
          status: 409,
          code: "illegal_transition",
          detail: `A ${subject} that is ${from} cannot become ${to}.`,
          extra: { from, to },
        });
      }
      return to;
    },
  };
}

export type PostStatus =
  | "awaiting_approval"
  | "scheduled"
  | "preparing"
  | "publishing"
  | "published"
  | "partially_published"
  | "failed"
  | "unconfirmed"
  | "blocked"
  | "rejected"
  | "cancelled"
  | "expired";

export const postMachine = machine<PostStatus>("post", {
  preparing: [
    "awaiting_approval",
    "scheduled",
    "publishing",
    "failed",
    "blocked",
    "cancelled",
    "expired",
  ],
  awaiting_approval: [
    "preparing",
    "scheduled",
    "rejected",
    "cancelled",
    "expired",
    "failed",
    "blocked",
  ],
  scheduled: [
    "preparing",
    "awaiting_approval",
    "publishing",
    "published",
    "partially_published",
    "unconfirmed",
    "failed",
    "blocked",
    "cancelled",
    "expired",
  ],
  publishing: [
    "published",
    "partially_published",
    "failed",
    "unconfirmed",
    "blocked",
    "scheduled",
    "cancelled",
    "expired",
  ],
  blocked: [
    "scheduled",
    "preparing",
    "publishing",
    "published",
    "partially_published",
    "unconfirmed",
    "failed",
    "cancelled",
    "expired",
  ],
  unconfirmed: ["publishing", "published", "partially_published", "failed"],
  partially_published: ["publishing", "published"],
  failed: ["publishing", "scheduled", "preparing", "published", "partially_published"],
  published: [],
  rejected: [],
  cancelled: [],
  expired: [],
});

/** States in which a post may still be changed or cancelled: nothing of it is being sent. */
export const changeablePosts: readonly PostStatus[] = [
  "preparing",
  "awaiting_approval",
  "scheduled",
  "blocked",
];

/** States of a post that is not done: a story is told of it. */
export const openPosts: readonly PostStatus[] = [...changeablePosts, "publishing"];

/** States in which nothing more happens by itself, and a person may go on. */
export const postsAtRest: readonly PostStatus[] = ["failed", "unconfirmed", "partially_published"];

export type TargetStatus =
  | "pending"
  | "preparing"
  | "publishing"
  | "published"
  | "failed"
  | "unconfirmed"
  | "blocked"
  | "cancelled"
  | "expired";

export const targetMachine = machine<TargetStatus>("target", {
  pending: ["preparing", "publishing", "failed", "blocked", "cancelled", "expired"],
  preparing: ["pending", "publishing", "failed", "blocked", "cancelled", "expired"],
  publishing: ["published", "failed", "unconfirmed", "blocked", "pending"],
  unconfirmed: ["published", "pending", "publishing", "failed"],
  blocked: ["pending", "publishing", "failed", "cancelled", "expired"],
  failed: ["pending", "publishing"],
  published: [],
  cancelled: [],
  expired: [],
});

export type DeliveryStatus = "claimed" | "sending" | "published" | "rejected" | "unknown";

/** Back to `claimed` only on proof of absence or by a person's decision: callers say which, in the attempt's row. */
export const deliveryMachine = machine<DeliveryStatus>("delivery", {
  claimed: ["sending", "rejected"],
  sending: ["published", "rejected", "unknown", "claimed"],
  unknown: ["published", "claimed", "rejected"],
  rejected: ["claimed"],
  published: [],
});

export type ApprovalStatus = "pending" | "approved" | "rejected" | "voided" | "expired";

export const approvalMachine = machine<ApprovalStatus>("approval", {
  pending: ["approved", "rejected", "voided", "expired"],
  approved: ["voided"],
  rejected: [],
  voided: [],
  expired: [],
});

export type GenerationStatus =
  | "queued"
  | "running"
  | "succeeded"
  | "failed"
  | "cancelling"
  | "cancelled"
  | "expired";

export const generationMachine = machine<GenerationStatus>("generation", {
  queued: ["running", "cancelling", "cancelled", "failed", "expired"],
  running: ["succeeded", "failed", "cancelling", "cancelled", "expired"],
  cancelling: ["cancelled", "succeeded", "failed"],
  succeeded: [],
  failed: [],
  cancelled: [],
  expired: [],
});

export type AssetStatus = "processing" | "ready" | "failed";

/** A file that is sent in pieces, `checking` once it is whole; or one that is fetched from an address, and then checked. */
export type UploadStatus = "receiving" | "fetching" | "checking" | "ready" | "failed";

export const uploadMachine = machine<UploadStatus>("upload", {
  receiving: ["checking"],
  fetching: ["ready", "failed"],
  checking: ["ready", "failed"],
  ready: [],
  failed: [],
});

/** A workspace's key of an AI provider: tried once, and used from then on, or not. */
export type ProviderCredentialsStatus = "checking" | "ok" | "failed";

export const providerCredentialsMachine = machine<ProviderCredentialsStatus>("provider's key", {
  checking: ["ok", "failed"],
  ok: [],
  failed: [],
});

export type ConnectionStatus =
  | "pending"
  | "active"
  | "expiring"
  | "expired"
  | "revoked"
  | "invalid"
  | "needs_reauthorization";

export const connectionMachine = machine<ConnectionStatus>("connection", {
  pending: ["active", "invalid"],
  active: ["expiring", "expired", "revoked", "invalid", "needs_reauthorization"],
  expiring: ["active", "expired", "revoked", "invalid", "needs_reauthorization"],
  expired: ["active", "revoked", "invalid", "needs_reauthorization"],
  revoked: ["active"],
  invalid: ["active"],
  needs_reauthorization: ["active", "revoked", "invalid"],
});

/** True when a post may be sent through a connection in this state. */
export function isUsable(status: ConnectionStatus): boolean {
  return status === "active" || status === "expiring";
}

export type AgentStatus = "active" | "paused" | "halted";

export const agentMachine = machine<AgentStatus>("agent", {
  active: ["paused", "halted"],
  paused: ["active", "halted"],
  halted: ["active"],
});

export type RunStatus =
  | "queued"
  | "running"
  | "awaiting_approval"
  | "paused"
  | "succeeded"
  | "failed"
  | "cancelled"
  | "skipped";

export const runMachine = machine<RunStatus>("run", {
  queued: ["running", "failed", "cancelled", "skipped"],
  running: ["awaiting_approval", "paused", "succeeded", "failed", "cancelled", "skipped"],
  awaiting_approval: ["running", "succeeded", "failed", "cancelled", "skipped"],
  paused: ["running", "failed", "cancelled"],
  succeeded: [],
  failed: [],
  cancelled: [],
  skipped: [],
});

export type WebhookDeliveryStatus = "pending" | "delivered" | "failed" | "disabled";

/** Whatever its end was, a person may have it delivered again. */
export const webhookDeliveryMachine = machine<WebhookDeliveryStatus>("webhook delivery", {
  pending: ["delivered", "failed", "disabled"],
  delivered: ["pending"],
  failed: ["pending"],
  disabled: ["pending"],
});

export type StepStatus = "pending" | "running" | "succeeded" | "failed" | "cancelled" | "skipped";

export type MemberRole = "owner" | "admin" | "editor" | "approver" | "viewer";

export type PaymentStatus = "open" | "paid" | "failed" | "expired";

/** What the provider tells comes in any order: money that has come is never taken for money that has not. */
export const paymentMachine = machine<PaymentStatus>("payment", {
  open: ["paid", "failed", "expired"],
  failed: ["paid"],
  expired: ["paid"],
  paid: [],
});

export type CreditEntryKind = "reserve" | "settle" | "refund" | "grant";

/**
 * What became of a post whose targets have ended as told; undefined while one is still under way.
 * A blocked target keeps the whole post blocked: it still waits for its account.
 */
export function postStatusOf(targets: readonly TargetStatus[]): PostStatus | undefined {
  const any = (status: TargetStatus) => targets.includes(status);
  if (any("pending") || any("preparing") || any("publishing")) return undefined;
  if (any("blocked")) return "blocked";
  if (any("unconfirmed")) return "unconfirmed";
  if (any("published"))
    return targets.every((status) => status === "published") ? "published" : "partially_published";
  if (any("failed")) return "failed";
  if (any("expired")) return "expired";
  return "cancelled";
}

/** Code of the error of a target that a person gave up: nobody knows whether it is out. */
export const givenUp = "given_up";

/**
 * What became of a post whose targets that could still be stopped were cancelled; undefined while one is being sent. It
 * is cancelled only where nothing of it is out and nothing may be: what a person gave up may be out as well.
 */
export function cancelledPostStatusOf(
  targets: readonly {
    status: TargetStatus;
    errorCode: string | null;
    /** A part of it is out, or on its way, or may be. */
    begun: boolean;
  }[],
): PostStatus | undefined {
  const left = postStatusOf(targets.map(({ status }) => status));
  if (left === undefined) return undefined;
  const mayBeOut = targets.some(({ begun, errorCode }) => begun || errorCode === givenUp);
  return mayBeOut ? left : "cancelled";
}
