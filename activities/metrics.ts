import { LockMode } from "@mikro-orm/core";
import { Channel, MetricSnapshot, Post, Target } from "#db/entities/index.ts";
import { insertRowOnce } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import { recordEvent } from "#db/record-event.ts";
import { setRemoval } from "#db/set-removal.ts";
import { PlatformError } from "#domain/errors.ts";
import type { MetricActivities } from "#workflows/collect-metrics.ts";
import type { ActivityDeps } from "./deps.ts";
import { orGone } from "./lib/find-or-gone.ts";
import { openConnection } from "./lib/open-connection.ts";
import { platformFailure } from "./lib/platform-failure.ts";
import { withHeartbeat } from "./lib/with-heartbeat.ts";

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
        try {
          const open = await openConnection(
            deps,
            { ...ids, connectionId: channel.connectionId },
            signal,
          );
          const metrics = await open.platform.metrics(
            {
              ...open.platformDeps,
              secrets: open.secrets,
              account: open.account,
              channel: { remoteId: channel.remoteId, kind: channel.kind },
              signal,
            },
            target.remoteId,
          );
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
            await noteRemovedThere(deps, { ...ids, targetId });
            return false;
          }
          throw platformFailure(error);
        }
      }),
  };
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
    if (!target || !stillStands(target)) return;
    await setRemoval(em, target, {
      status: "removed_on_platform",
      detail: "The platform does not show it any more. It is not measured any further.",
      at: deps.now(),
    });
  });
}
