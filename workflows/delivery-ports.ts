import type { PostStatus } from "#domain/states.ts";
import type { TargetIds } from "./ids.ts";

/**
 * Nothing was accepted, and it may be tried again after `afterMs`. `asked`: that very time was asked for, by the platform
 * or by a limit of ours, so that such a wait is none of the tries that are counted.
 */
export interface Wait {
  kind: "wait";
  afterMs: number;
  code: string;
  asked?: boolean;
}

/** How one try ended. */
export type PublishResult =
  /** `post`: what became of the post, where this was the last of it. */
  { kind: "published"; post?: PostStatus } | Wait | { kind: "ended" } | { kind: "unclear" };

export type ReconcileResult =
  | { kind: "published" }
  | { kind: "absent" }
  | { kind: "too_early"; afterMs: number }
  | { kind: "unprovable" };

/** Activities that read and upload: they may be repeated. */
export interface PlatformActivities {
  createAtPlatform(input: DeliveryIds): Promise<StepResult>;
  pollAtPlatform(input: DeliveryIds): Promise<StepResult>;
  reconcileDelivery(input: DeliveryIds): Promise<ReconcileResult>;
}

/** The call that makes content visible: made once. */
export interface PublishActivities {
  publishDelivery(input: DeliveryIds & { version: number; now: number }): Promise<PublishResult>;
}

export interface DeliveryIds extends TargetIds {
  deliveryId: string;
}

export type StepResult = { kind: "ready" } | Wait | { kind: "ended" };
