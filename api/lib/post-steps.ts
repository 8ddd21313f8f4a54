import type { z } from "zod";
import { Approval, Delivery, DeliveryAttempt, Post, Target, type Run } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import type { ApiContext } from "../context.ts";
import { iso } from "./responses.ts";
import type { StepView } from "./run-view.ts";
import { workflowLink } from "./workflow-link.ts";

type View = z.infer<typeof StepView>;

/**
 * What happens to the run's post, shown as the run's last steps: preprocessing, approval, publishing. They are drawn
 * from the post's own rows, for there they live.
 */
export async function viewPostSteps(
  context: ApiContext,
  em: EntityManager,
  run: Run,
  after: number,
): Promise<View[]> {
  const post = run.postId ? await em.findOne(Post, { id: run.postId }) : null;
  if (!post) return [];
  const targets = await em.find(Target, { postId: post.id }, { orderBy: { position: "asc" } });
  const approvals = await em.find(Approval, { postId: post.id }, { orderBy: { id: "asc" } });
  const deliveries = await em.find(Delivery, {
    targetId: { $in: targets.map((target) => target.id) },
  });
  const attempts = await em.find(DeliveryAttempt, {
    deliveryId: { $in: deliveries.map((one) => one.id) },
  });
  const base = {
    model: null,
    sent: null,
    credits: 0,
    input: null,
    temporalUrl: workflowLink(context, `post/${post.id}`),
  };
  const steps: Omit<View, "position" | "durationMs">[] = [
    {
      ...base,
      id: post.id,
      kind: "media",
      name: "prepare",
      status: post.contentHash
        ? "succeeded"
        : post.status === "preparing"
          ? "running"
          : endOf(post.status),
      output: {
        renditions: targets.flatMap((target) => target.renditions ?? []),
        contentHash: post.contentHash ?? null,
      },
      error: null,
      startedAt: iso(post.createdAt),
      finishedAt: iso(approvals[0]?.createdAt),
    },
    ...approvals.map((approval): Omit<View, "position" | "durationMs"> => ({
      ...base,
      id: approval.id,
      kind: "approval",
      name: "approval",
      status: {
        pending: "running",
        approved: "succeeded",
        rejected: "failed",
        voided: "skipped",
        expired: "failed",
      }[approval.status] as View["status"],
      output: { status: approval.status, contentHash: approval.contentHash },
      error: approval.reason ? { code: approval.status, detail: approval.reason } : null,
      startedAt: iso(approval.createdAt),
      finishedAt: iso(approval.decidedAt),
    })),
    ...targets.map((target): Omit<View, "position" | "durationMs"> => {
      const delivery = deliveries.find((one) => one.targetId === target.id);
      const tries = attempts.filter((attempt) => attempt.deliveryId === delivery?.id);
      return {
        ...base,
        id: target.id,
        kind: "publish",
        name: `publish to ${target.channelName}`,
        status: publishStatus(target.status),
        output: {
          status: target.status,
          remoteUrl: target.remoteUrl ?? null,
          attempts: tries.length,
        },
        error: target.error ? { code: target.error.code, detail: target.error.detail } : null,
        startedAt: iso(delivery?.claimedAt),
        finishedAt: iso(target.publishedAt),
      };
    }),
  ];
  return steps.map((step, index) => ({
    ...step,
    position: after + index + 1,
    durationMs:
      step.startedAt && step.finishedAt
        ? Date.parse(step.finishedAt) - Date.parse(step.startedAt)
        : null,
  }));
}

function endOf(status: Post["status"]): View["status"] {
  return status === "cancelled" || status === "expired" || status === "rejected"
    ? "cancelled"
    : "failed";
}

function publishStatus(status: Target["status"]): View["status"] {
  switch (status) {
    case "published":
      return "succeeded";
    case "publishing":
    case "preparing":
      return "running";
    case "pending":
      return "pending";
    case "cancelled":
    case "expired":
      return "cancelled";
    default:
      return "failed";
  }
}
