import { RetryState } from "@temporalio/common";
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  sleep,
} from "@temporalio/workflow";
import type { PostStatus } from "#domain/states.ts";
import { localOptions, platformOptions, publishOptions } from "#temporal.config";
import type { TargetIds } from "./ids.ts";
import type {
  DeliveryIds,
  PlatformActivities,
  PublishActivities,
  PublishResult,
  ReconcileResult,
  StepResult,
  Wait,
} from "./delivery-ports.ts";
import { toldActivities, toldLocalActivities } from "./told-activities.ts";

/** Activities on our own database. */
export interface DeliveryLedgerActivities {
  /** Makes the row of one part's delivery, or finds the one that an earlier try made. */
  claimPart(input: TargetIds & { version: number; part: number }): Promise<PartClaim>;
  /** The end of all tries: what may be out is left to a person as `unconfirmed`, what is not has failed. */
  exhaustDelivery(input: DeliveryIds): Promise<void>;
}

export interface PartClaim {
  deliveryId: string;
  /**
   * `open`: nothing was sent. `sent`: a call was begun and nobody knows how it ended. `published`: it is out. `ended`:
   * decided otherwise, or not to be sent now.
   */
  state: "open" | "sent" | "published" | "ended";
  steps: { create: boolean; poll: boolean };
  connectionId: string;
  /** How many parts the target has, the post itself among them. */
  parts: number;
}

/** How often a platform may say "not now" before the target fails. */
const maximumTries = 30;
/** How often it may say that it still processes the media: at the pace of `pollPauseMs`, more than three hours. */
const maximumPolls = 300;
/** After all retries of a step failed, it is tried anew so much later: an outage of hours is no reason to give up. */
const afterFailureMs = 10 * 60_000;
/** The same for the question whether a post is out: a day of an unreachable platform. */
const afterFailedReadingMs = 60 * 60_000;
const maximumFailedReadings = 24;

/** How a part ended. */
export interface PartEnd {
  out: boolean;
  /** What became of the post, where this was the last of it and nothing else is to be done. */
  post?: PostStatus;
}

/**
 * Delivers one target, part by part and each exactly once. Ends when all are out, or one is not: the target's row then
 * says why, and a later run goes on from there. Returns what became of the post where this ended it.
 */
export async function deliverTarget(input: {
  ids: TargetIds;
  version: number;
  /** Of the first part, where it was claimed already. */
  claim?: PartClaim | undefined;
}): Promise<PostStatus | undefined> {
  const ledger = toldLocalActivities<DeliveryLedgerActivities>(localOptions, {
    claimPart: "claim the delivery in the ledger",
    exhaustDelivery: "give up after the last try",
  });
  const { ids, version } = input;
  let end: PartEnd = { out: false };
  for (let part = 0, parts = 1; part < parts; part += 1) {
    const claim =
      (part === 0 ? input.claim : undefined) ?? (await ledger.claimPart({ ...ids, version, part }));
    parts = claim.parts;
    if (claim.state === "published") continue;
    if (claim.state === "ended") return undefined;
    end = await deliverPart({ ids, version, claim, ledger });
    if (!end.out) return undefined;
  }
  return end.post;
}

/** What was claimed is created, waited for, published, and settled by reading where it is unclear. */
export async function deliverPart(input: {
  ids: TargetIds;
  version: number;
  claim: Omit<PartClaim, "parts">;
  ledger: Pick<DeliveryLedgerActivities, "exhaustDelivery">;
}): Promise<PartEnd> {
  const { claim, ledger } = input;
  const ids: DeliveryIds = { ...input.ids, deliveryId: claim.deliveryId };
  // One account's burst does not starve the others.
  const priority = { fairnessKey: claim.connectionId.slice(0, 64) };
  const platform = toldActivities<PlatformActivities>(
    { ...platformOptions, priority },
    {
      createAtPlatform: "upload the media",
      pollAtPlatform: "ask whether the media is ready",
      reconcileDelivery: "read whether the post is out",
    },
  );
  const { publishDelivery } = toldActivities<PublishActivities>(
    { ...publishOptions, priority },
    { publishDelivery: "publish, once" },
  );

  const polls = { left: maximumPolls };
  let unclear = claim.state === "sent";
  let busy = 0;
  // Waits that were asked for count as no try: the post's own expiry ends them.
  for (let tries = 0; tries < maximumTries; tries += 1) {
    if (unclear) {
      const found = await settleByReading({ ids, platform });
      if (found === "published" || found === "unprovable") return { out: found === "published" };
      if (found === "unreadable") return giveUp(ids, ledger);
      unclear = false;
      await pauseAfter(tries);
    }
    const ready = await makeReady({ ids, steps: claim.steps, platform, polls });
    if (polls.left === 0) break;
    if (ready.kind === "ended") return { out: false };
    if (ready.kind === "wait") {
      await waitFor(ready, tries);
      if (ready.asked) tries -= 1;
      continue;
    }
    const result = await publishOnce({ ids, version: input.version, publishDelivery });
    if (result.kind === "published")
      return { out: true, ...(result.post ? { post: result.post } : {}) };
    if (result.kind === "ended") return { out: false };
    if (result.kind === "unclear") {
      unclear = true;
      continue;
    }
    busy = result.code === "busy" ? busy + 1 : 0;
    await waitFor(busy === 0 ? result : { ...result, afterMs: busyMs(result, busy) }, tries);
    if (result.asked) tries -= 1;
  }
  const found = unclear ? await settleByReading({ ids, platform }) : "absent";
  if (found === "absent" || found === "unreadable") return giveUp(ids, ledger);
  return { out: found === "published" };
}

async function giveUp(
  ids: DeliveryIds,
  ledger: Pick<DeliveryLedgerActivities, "exhaustDelivery">,
): Promise<PartEnd> {
  await ledger.exhaustDelivery(ids);
  return { out: false };
}

/** Waits exactly as long as was asked for; else longer with every try: an outage of hours is no reason to give up. */
async function waitFor(wait: Wait, tries: number): Promise<void> {
  await sleep(wait.asked ? wait.afterMs : Math.max(wait.afterMs, pauseMs(tries)), {
    summary: `the platform asked to wait: ${wait.code}`,
  });
}

/** Somebody else holds the account, the renewal of its access above all: asked about less often the longer it takes. */
function busyMs({ afterMs }: Wait, times: number): number {
  return Math.min(15_000, afterMs * 2 ** Math.floor(times / 4));
}

/** After a call that turned out not to have arrived: none at first, then longer with every try. */
async function pauseAfter(tries: number): Promise<void> {
  if (pauseMs(tries) > 0) await sleep(pauseMs(tries), { summary: "waiting before another try" });
}

/** The shortest pause after so many tries: 0 at first, then 1 s, 2 s, 4 s … up to ten minutes. */
function pauseMs(tries: number): number {
  return tries < 3 ? 0 : Math.min(10 * 60_000, 1000 * 2 ** (tries - 3));
}

async function makeReady(input: {
  ids: DeliveryIds;
  steps: PartClaim["steps"];
  platform: PlatformActivities;
  polls: { left: number };
}): Promise<StepResult> {
  const { ids, steps, platform, polls } = input;
  if (steps.create) {
    const created = await orWait(() => platform.createAtPlatform(ids));
    if (created.kind !== "ready") return created;
  }
  if (!steps.poll) return { kind: "ready" };
  for (;;) {
    const polled = await orWait(() => platform.pollAtPlatform(ids));
    if (polled.kind !== "wait") return polled;
    const pauseMs = Math.max(polled.afterMs, pollPauseMs(maximumPolls - polls.left));
    polls.left -= 1;
    if (polls.left === 0) return polled;
    await sleep(pauseMs, { summary: `the platform is not ready yet: ${polled.code}` });
  }
}

/** The shortest pause after so many polls: from one second to one minute, so that long waits stay short in history. */
function pollPauseMs(polls: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.floor(polls / 20));
}

/** A step that failed for a reason of ours, after all its retries, has sent nothing: it is tried again later. */
async function orWait(step: () => Promise<StepResult>): Promise<StepResult> {
  try {
    return await step();
  } catch (error) {
    if (!mayPass(error)) throw error;
    return { kind: "wait", afterMs: afterFailureMs, code: "step_failed" };
  }
}

/** True when an activity failed after all its retries for a reason that may pass: an outage, a lost worker. */
function mayPass(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    !isCancellation(error) &&
    error.retryState !== RetryState.NON_RETRYABLE_FAILURE
  );
}

/**
 * Every failure of the activity itself, a lost worker above all, leaves open whether the post is out. A cancellation
 * that comes now is too late to take the call back: its answer is waited for.
 */
async function publishOnce(input: {
  ids: DeliveryIds;
  version: number;
  publishDelivery: PublishActivities["publishDelivery"];
}): Promise<PublishResult> {
  try {
    return await CancellationScope.nonCancellable(() =>
      input.publishDelivery({ ...input.ids, version: input.version, now: Date.now() }),
    );
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return { kind: "unclear" };
  }
}

async function settleByReading(input: {
  ids: DeliveryIds;
  platform: PlatformActivities;
}): Promise<"published" | "absent" | "unprovable" | "unreadable"> {
  let failures = 0;
  for (;;) {
    let found: ReconcileResult;
    try {
      found = await input.platform.reconcileDelivery(input.ids);
    } catch (error) {
      failures += 1;
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      if (!mayPass(error) || failures === maximumFailedReadings) return "unreadable";
      await sleep(afterFailedReadingMs, {
        summary: "the platform can't be read; asking again later",
      });
      continue;
    }
    switch (found.kind) {
      case "published":
      case "unprovable":
      case "absent":
        return found.kind;
      case "too_early":
        await sleep(found.afterMs, { summary: "waiting until the platform must know" });
        break;
      default:
        throw ApplicationFailure.nonRetryable("unknown answer of reconcileDelivery");
    }
  }
}
