import { LockMode } from "@mikro-orm/core";
import { addAttempt } from "#db/delivery-changes.ts";
import { Channel, Connection, Delivery, MetricSnapshot, Post, Target } from "#db/entities/index.ts";
import { insertRowOnce } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import { recordEvent } from "#db/record-event.ts";
import { setRemoval } from "#db/set-removal.ts";
import { PlatformError } from "#domain/errors.ts";
import type { MetricActivities } from "#workflows/collect-metrics.ts";
import { metricSlots } from "#temporal.config";
import type { ActivityDeps } from "./deps.ts";
import { orGone } from "./lib/find-or-gone.ts";
import { openConnection } from "./lib/open-connection.ts";
import { platformFailure } from "./lib/platform-failure.ts";
import { withHeartbeat } from "./lib/with-heartbeat.ts";

/** The measurement that comes at once: it also looks whether the post is there for everybody. */
const firstSlot = metricSlots[0].slot;

/** What `collectMetrics` asks for. */
export function createMetricActivities(deps: ActivityDeps): MetricActivities {
  return {
    async measurableTargets(ids) {
      const em = inWorkspace(deps.orm, ids.workspaceId);
      const targets = await em.find(
        Target,
        { postId: ids.postId, status: "published", remoteId: { $ne: null } },
        { orderBy: { position: "asc" } },
      );
      return targets.filter(stillStands).map((target) => ({
        targetId: target.id,
        publishedAt: (target.publishedAt ?? deps.now()).getTime(),
      }));
    },

    takeSnapshot: ({ targetId, slot, ...ids }) =>
      withHeartbeat(async (signal) => {
        const em = inWorkspace(deps.orm, ids.workspaceId);
        if ((await em.count(MetricSnapshot, { targetId, slot })) > 0) return true;
        const target = orGone(await em.findOne(Target, { id: targetId }), "target");
        const channel = await em.findOne(Channel, { id: target.channelId });
        if (!channel || !target.remoteId || !stillStands(target)) return false;
        const connection = await em.findOne(Connection, { id: channel.connectionId });
        if (!connection) return false;
        // It can't be read now; the measurements to come may find the account connected again.
        if (connection.disconnectedAt) return "skipped";
        const late = isOutOfDate({ slot, publishedAt: target.publishedAt, now: deps.now() });
        if (late && slot !== firstSlot) return "skipped";
        try {
          const open = await openConnection(
            deps,
            { ...ids, connectionId: channel.connectionId },
            signal,
          );
          const call = {
            ...open.platformDeps,
            secrets: open.secrets,
            account: open.account,
            channel: { remoteId: channel.remoteId, kind: channel.kind },
            signal,
          };
          if (slot === firstSlot && open.platform.confirm)
            await noteConfirmed(
              deps,
              ids,
              target,
              await open.platform.confirm(call, target.remoteId),
            );
          if (late) return "skipped";
          const metrics = await open.platform.metrics(call, target.remoteId);
          await inWorkspace(deps.orm, ids.workspaceId).transactional(async (tx) => {
            await insertRowOnce(
              tx,
              MetricSnapshot,
              {
                workspaceId: ids.workspaceId,
                postId: ids.postId,
                targetId,
                slot,
                takenAt: deps.now(),
                metrics,
              },
              ["targetId", "slot"],
            );
            await recordEvent(tx, {
              workspaceId: ids.workspaceId,
              type: "post.measured",
              subjectKind: "post",
              subjectId: ids.postId,
              data: { targetId, slot },
            });
          });
          return true;
        } catch (error) {
          if (error instanceof PlatformError && error.code === "not_found") {
            // So soon, a platform may not show everywhere yet what it accepted.
            if (slot === firstSlot) return true;
            await noteRemovedThere(deps, { ...ids, targetId });
            return false;
          }
          throw platformFailure(error);
        }
      }),
  };
}

/** What is measured when the next measurement is due already would be kept under the name of a time that is not its own. */
function isOutOfDate(of: {
  slot: string;
  publishedAt: Date | null | undefined;
  now: Date;
}): boolean {
  const next = metricSlots[metricSlots.findIndex(({ slot }) => slot === of.slot) + 1];
  if (!next || !of.publishedAt) return false;
  return of.now.getTime() >= of.publishedAt.getTime() + next.afterMs;
}

/** Writes down whether the platform shows the post to everybody, and where: its answer to the publishing call may not say. */
async function noteConfirmed(
  deps: ActivityDeps,
  ids: { workspaceId: string; postId: string },
  { id }: Target,
  seen: { visible: boolean; remoteUrl?: string },
): Promise<void> {
  await inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    await em.findOne(Post, { id: ids.postId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const target = await em.findOne(Target, { id });
    const delivery = await em.findOne(Delivery, { targetId: id, part: 0 });
    if (!target || !delivery) return;
    target.remoteUrl ??= seen.remoteUrl ?? null;
    delivery.remoteUrl ??= seen.remoteUrl ?? null;
    await addAttempt(em, deps.now(), delivery, "confirm", {
      startedAt: deps.now(),
      outcome: seen.visible ? "visible" : "not_visible",
    });
  });
}

/** What was taken down, here or there, is measured no more. */
function stillStands({ removal }: Target): boolean {
  return removal?.status !== "removed" && removal?.status !== "removed_on_platform";
}

/** The platform does not show it any more, and nobody asked here. */
async function noteRemovedThere(
  deps: ActivityDeps,
  ids: { workspaceId: string; postId: string; targetId: string },
): Promise<void> {
  await inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
    await em.findOne(Post, { id: ids.postId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const target = await em.findOne(Target, { id: ids.targetId });
    // Where somebody here asks for it right now, that is why, and its own story says so.
    if (!target || !stillStands(target) || target.removal?.status === "requested") return;
    await setRemoval(em, target, {
      status: "removed_on_platform",
      detail: "The platform does not show it any more. It is not measured any further.",
      at: deps.now(),
    });
  });
}
