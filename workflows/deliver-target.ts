import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  sleep,
} from "@temporalio/workflow";
import { ioOptions, platformOptions, publishOptions } from "#temporal.config";
import type { onChanged } from "./changed.ts";
import type { TargetIds } from "./ids.ts";

/** How one try ended. `wait`: the platform did not accept and wants to be asked again after `afterMs`. */
export type PublishResult =
  | { kind: "published" }
  | { kind: "wait"; afterMs: number; code: string }
  | { kind: "ended" }
  | { kind: "unclear" };

export type ReconcileResult =
  | { kind: "published" }
  | { kind: "absent" }
  | { kind: "too_early"; afterMs: number }
  | { kind: "unprovable" };

/** Activities on our own database. */
export interface DeliveryLedgerActivities {
  /** Makes the delivery's row, or finds the one that an earlier try made. */
  claimDelivery(input: TargetIds & { version: number }): Promise<Claim>;
  /** Gives up on a target after its last try, with what its attempts say. */
  exhaustDelivery(input: TargetIds): Promise<void>;
}

export interface Claim {
  deliveryId: string;
  /** `open`: nothing was sent. `sent`: a call was begun and nobody knows how it ended. `ended`: decided. */
  state: "open" | "sent" | "ended";
  steps: { create: boolean; poll: boolean };
  connectionId: string;
}

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

export type StepResult =
  | { kind: "ready" }
  | { kind: "wait"; afterMs: number; code: string }
  | { kind: "ended" };

/** How often a platform may say "not now" before the target fails. */
const maximumTries = 30;

/** Delivers one target, exactly once: claim, create, wait until ready, publish, and settle by reading what is unclear. */
export async function deliverTarget(input: {
  ids: TargetIds;
  version: number;
  row: ReturnType<typeof onChanged>;
}): Promise<void> {
  const { claimDelivery, exhaustDelivery } = proxyActivities<DeliveryLedgerActivities>({
    ...ioOptions,
  });
  const claim = await claimDelivery({ ...input.ids, version: input.version });
  if (claim.state === "ended") return;
  const ids: DeliveryIds = { ...input.ids, deliveryId: claim.deliveryId };
  // One account's burst does not starve the others.
  const priority = { fairnessKey: claim.connectionId.slice(0, 64) };
  const platform = proxyActivities<PlatformActivities>({ ...platformOptions, priority });
  const { publishDelivery } = proxyActivities<PublishActivities>({ ...publishOptions, priority });

  let unclear = claim.state === "sent";
  for (let tries = 0; tries < maximumTries; tries += 1) {
    if (unclear) {
      const found = await settleByReading({ ids, platform });
      if (found !== "absent") return;
      unclear = false;
    }
    const ready = await makeReady({ ids, steps: claim.steps, platform });
    if (ready.kind === "ended") return;
    if (ready.kind === "wait") {
      await sleep(ready.afterMs, { summary: `the platform asked to wait: ${ready.code}` });
      continue;
    }
    const result = await publishOnce({ ids, version: input.version, publishDelivery });
    if (result.kind === "published" || result.kind === "ended") return;
    if (result.kind === "wait")
      await sleep(result.afterMs, { summary: `the platform asked to wait: ${result.code}` });
    else unclear = true;
  }
  await exhaustDelivery(input.ids);
}

async function makeReady(input: {
  ids: DeliveryIds;
  steps: Claim["steps"];
  platform: PlatformActivities;
}): Promise<StepResult> {
  if (input.steps.create) {
    const created = await input.platform.createAtPlatform(input.ids);
    if (created.kind !== "ready") return created;
  }
  if (!input.steps.poll) return { kind: "ready" };
  for (;;) {
    const polled = await input.platform.pollAtPlatform(input.ids);
    if (polled.kind !== "wait") return polled;
    await sleep(polled.afterMs, { summary: "the platform is processing the media" });
  }
}

/** Every failure of the activity itself, a lost worker above all, leaves open whether the post is out. */
async function publishOnce(input: {
  ids: DeliveryIds;
  version: number;
  publishDelivery: PublishActivities["publishDelivery"];
}): Promise<PublishResult> {
  try {
    return await input.publishDelivery({ ...input.ids, version: input.version, now: Date.now() });
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return { kind: "unclear" };
  }
}

async function settleByReading(input: {
  ids: DeliveryIds;
  platform: PlatformActivities;
}): Promise<"absent" | "settled"> {
  for (;;) {
    const found = await input.platform.reconcileDelivery(input.ids);
    switch (found.kind) {
      case "published":
      case "unprovable":
        return "settled";
      case "absent":
        return "absent";
      case "too_early":
        await sleep(found.afterMs, { summary: "waiting until the platform must know" });
        break;
      default:
        throw ApplicationFailure.nonRetryable("unknown answer of reconcileDelivery");
    }
  }
}
