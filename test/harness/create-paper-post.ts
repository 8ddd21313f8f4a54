import { nextPostMove, type PostFacts } from "#domain/next-post-move.ts";
import { postMachine, postStatusOf, targetMachine, type TargetStatus } from "#domain/states.ts";
import { approvalTimeoutMs } from "#temporal.config";
import type { DeliveryLedgerActivities, PublishActivities } from "#workflows/deliver-target.ts";
import type { PublishPostActivities } from "#workflows/publish-post.ts";
import type { Ports } from "./open-stage.ts";

export interface PaperPost {
  /** The row as it is now. Change it as the API would, then nudge the workflow. */
  row: PostFacts;
  approve(): void;
  edit(): void;
  cancel(): void;
  setTarget(id: string, status: TargetStatus): void;
  standIns: PublishPostActivities &
    DeliveryLedgerActivities &
    PublishActivities &
    Pick<Ports, "measurableTargets" | "makeTargetRendition">;
}

/**
 * A post in memory, for workflow tests: it moves by the product's own decisions (`nextPostMove`, the state machines), so
 * that what is tested is how the story makes these moves. By default each call to a platform succeeds.
 */
export function createPaperPost(options: {
  dueAt: number;
  approval?: "none" | "required";
  targets?: (Partial<PostFacts["targets"][number]> & { id: string })[];
  /** Its media is made and its content fixed. */
  sealed?: boolean;
}): PaperPost {
  const { dueAt, approval = "none", sealed = false } = options;
  const row: PostFacts = {
    status: sealed ? "scheduled" : "preparing",
    version: 1,
    dueAt: new Date(dueAt),
    contentHash: sealed ? "hash of version 1" : null,
    approval: null,
    targets: (options.targets ?? [{ id: "target-1" }]).map((target) => ({
      platform: "sandbox",
      status: "pending",
      assetIds: [],
      usable: true,
      ...target,
    })),
  };
  const setTarget = (id: string, status: TargetStatus) => {
    const target = row.targets.find((one) => one.id === id);
    if (target) target.status = targetMachine.step(target.status, status);
  };
  const move = (status: PostFacts["status"]) => {
    row.status = postMachine.step(row.status, status);
  };
  return {
    row,
    setTarget,
    approve() {
      if (row.approval) row.approval.status = "approved";
      move("scheduled");
    },
    edit() {
      move("preparing");
      row.version += 1;
      row.contentHash = null;
    },
    cancel() {
      move("cancelled");
      for (const target of row.targets) setTarget(target.id, "cancelled");
    },
    standIns: {
      async nextPostMove({ now }) {
        const decision = nextPostMove(row, new Date(now));
        if (row.approval && decision.approval) row.approval.status = decision.approval;
        for (const change of decision.targets ?? []) setTarget(change.id, change.status);
        if (decision.post) move(decision.post);
        return decision.move;
      },
      async sealPost({ version, now }) {
        if (row.version !== version) return;
        if (row.targets.every((target) => target.status === "failed")) return move("failed");
        row.contentHash = `hash of version ${version}`;
        if (approval === "none") return move("scheduled");
        row.approval = { status: "pending", expiresAt: new Date(now + approvalTimeoutMs) };
        move("awaiting_approval");
      },
      async failTarget({ targetId }) {
        setTarget(targetId, "failed");
      },
      async settlePost() {
        const status = postStatusOf(row.targets.map((target) => target.status));
        if (!status) return;
        if (row.status !== "publishing") move("publishing");
        move(status);
      },
      // An operator who cancels the workflow alone cancels the row, as far as it still can be.
      async clearCancelledPost() {
        if (postMachine.allows(row.status, "cancelled")) row.status = "cancelled";
      },
      makeTargetRendition: async () => ({ kind: "made" }),
      claimDelivery: async ({ targetId }) => ({
        deliveryId: `delivery of ${targetId}`,
        state: "open",
        steps: { create: false, poll: false },
        connectionId: `connection of ${targetId}`,
      }),
      async exhaustDelivery({ targetId }) {
        setTarget(targetId, "failed");
      },
      async publishDelivery({ targetId }) {
        setTarget(targetId, "publishing");
        if (row.status !== "publishing") move("publishing");
        setTarget(targetId, "published");
        return { kind: "published" };
      },
      // Measuring is a story of its own, with a test of its own.
      measurableTargets: async () => [],
    },
  };
}
