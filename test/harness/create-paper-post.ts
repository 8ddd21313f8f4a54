import {
  latestAfterDueMs,
  nextPostMove,
  type PostFacts,
  type PostMove,
  type RenditionOrder,
} from "#domain/next-post-move.ts";
import { postMachine, postStatusOf, targetMachine, type TargetStatus } from "#domain/states.ts";
import { approvalTimeoutMs } from "#temporal.config";
import type { DeliveryLedgerActivities } from "#workflows/deliver-target.ts";
import type { PublishActivities } from "#workflows/delivery-ports.ts";
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
    Pick<Ports, "makeAssetRenditions">;
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
  /** Of each target, the post itself among them. */
  parts?: number;
}): PaperPost {
  const { dueAt, approval = "none", sealed = false, parts = 1 } = options;
  const made = new Set<string>();
  const published = new Set<string>();
  const row: PostFacts = {
    status: sealed ? "scheduled" : "preparing",
    version: 1,
    dueAt: new Date(dueAt),
    get expiresAt() {
      return new Date(this.dueAt.getTime() + latestAfterDueMs);
    },
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
  const nameOf = ({ targetId, assetId, part = 0 }: RenditionOrder) =>
    `${row.version}/${targetId}/${part}/${assetId}`;
  const decide = (now: number): PostMove => {
    const decision = nextPostMove(row, new Date(now));
    if (row.approval && decision.approval) row.approval.status = decision.approval;
    for (const change of decision.targets ?? []) setTarget(change.id, change.status);
    if (decision.post) move(decision.post);
    return decision.move;
  };
  const settle = () => {
    const status = postStatusOf(row.targets.map((target) => target.status));
    if (!status || !["publishing", "scheduled", "blocked"].includes(row.status)) return;
    if (status === "blocked" && row.status !== "publishing") return;
    move(status);
  };
  const seal = (now: number) => {
    if (row.targets.every((target) => target.status === "failed")) return move("failed");
    row.contentHash = `hash of version ${row.version}`;
    if (approval === "none") return move("scheduled");
    row.approval = { status: "pending", expiresAt: new Date(now + approvalTimeoutMs) };
    return move("awaiting_approval");
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
      async lookAtPost({ now }) {
        settle();
        const move = decide(now);
        if (move.kind !== "prepare") return move;
        const renditions = move.renditions.filter((order) => !made.has(nameOf(order)));
        if (renditions.length > 0) return { ...move, renditions };
        seal(now);
        return decide(now);
      },
      async failTarget({ targetId }) {
        setTarget(targetId, "failed");
      },
      // An operator who cancels the workflow alone cancels the row, as far as it still can be.
      async clearCancelledPost() {
        const sending = row.status === "publishing";
        if (!sending && postMachine.allows(row.status, "cancelled")) row.status = "cancelled";
      },
      async makeAssetRenditions({ assetId, uses }) {
        for (const use of uses) made.add(nameOf({ ...use, assetId }));
        return { unfit: [] };
      },
      claimPart: async ({ targetId, part }) => ({
        deliveryId: part === 0 ? `delivery of ${targetId}` : `delivery of ${targetId}/${part}`,
        state: published.has(`${targetId}/${part}`) ? "published" : "open",
        steps: { create: false, poll: false },
        connectionId: `connection of ${targetId}`,
        parts,
      }),
      async exhaustDelivery({ targetId }) {
        setTarget(targetId, "failed");
      },
      async publishDelivery({ targetId, deliveryId }) {
        setTarget(targetId, "publishing");
        if (row.status !== "publishing") move("publishing");
        const part = Number(deliveryId.split("/")[1] ?? 0);
        published.add(`${targetId}/${part}`);
        if (part === parts - 1) setTarget(targetId, "published");
        return { kind: "published" };
      },
    },
  };
}
