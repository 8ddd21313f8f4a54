import { LockMode } from "@mikro-orm/core";
import { Post } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { recordEvent } from "#db/record-event.ts";
import type { SweepActivities } from "#workflows/sweep.ts";
import { createAgentActivities } from "./agents.ts";
import type { ActivityDeps } from "./deps.ts";
import { createGenerationActivities } from "./generations.ts";
import { findOpenWork, type OpenWork } from "./lib/find-open-work.ts";

/** A post that is so long past its time and not done is told of. */
const overdueAfterMs = 15 * 60_000;

/** What `sweep` asks for about work that should be under way. */
export function createMendActivities(
  deps: ActivityDeps,
): Pick<SweepActivities, "mendOrphans" | "raiseOverdue"> {
  const ends = {
    endGeneration: createGenerationActivities(deps).endGeneration,
    endRun: createAgentActivities(deps).endRun,
  };
  return {
    async mendOrphans() {
      const counts = { restarted: 0, closed: 0 };
      // Read before Temporal is asked: what ends meanwhile is found to have ended, and not the other way round.
      const open = await openWorkOfAll(deps);
      if (open.length === 0) return counts;
      const running = await deps.engine.listRunning();
      for (const work of open) {
        if (running.has(work.workflowId)) continue;
        const state = await deps.engine.stateOf(work.workflowId);
        if (state === "running") continue;
        if (await isStillOpen(deps, work)) counts[await mend(deps, ends, work, state)] += 1;
      }
      return counts;
    },

    async raiseOverdue() {
      let overdue = 0;
      for (const workspaceId of await workspaces(deps))
        overdue += await raiseOverdueIn(deps, workspaceId);
      return { overdue };
    },
  };
}

async function openWorkOfAll(deps: ActivityDeps): Promise<OpenWork[]> {
  const all: OpenWork[] = [];
  for (const workspaceId of await workspaces(deps))
    all.push(...(await findOpenWork(inWorkspace(deps.orm, workspaceId), { workspaceId })));
  return all;
}

/** It may have ended, or been told to Temporal, while Temporal was asked. */
async function isStillOpen(deps: ActivityDeps, work: OpenWork): Promise<boolean> {
  const em = inWorkspace(deps.orm, work.workspaceId);
  const { workspaceId, workflowId } = work;
  const [same] = await findOpenWork(em, { workspaceId, workflowId });
  return same !== undefined;
}

/**
 * What became of work whose workflow was ended by hand, or never began. Posts and accounts go on where their rows say: a
 * post that was accepted is not lost, and its ledger keeps it from going out twice. What was begun and costs is closed
 * and settled.
 */
async function mend(
  deps: ActivityDeps,
  ends: {
    endGeneration: ReturnType<typeof createGenerationActivities>["endGeneration"];
    endRun: ReturnType<typeof createAgentActivities>["endRun"];
  },
  work: OpenWork,
  state: "ended" | "unknown",
): Promise<"restarted" | "closed"> {
  const { workspaceId, workflowType, workflowId, input, status } = work;
  deps.logger.warn({ workflowId, workflowType, state }, "mending work that has no workflow");
  const neverBegan = state === "unknown" && status === "queued";
  const begun = { code: "workflow_ended", detail: "An operator ended its workflow." };
  if (workflowType === "generate" && !neverBegan) {
    const generationId = input["generationId"] ?? "";
    const end = status === "cancelling" ? "cancelled" : "failed";
    await ends.endGeneration({ workspaceId, generationId, status: end, ...begun });
    return "closed";
  }
  if (workflowType === "runPostingAgent" && !neverBegan) {
    const runId = input["runId"] ?? "";
    const agentId = input["agentId"] ?? "";
    await ends.endRun({ workspaceId, agentId, runId, status: "failed", ...begun });
    return "closed";
  }
  await deps.engine.wake({ workflowType, workflowId, input: { workspaceId, ...input } });
  return "restarted";
}

async function raiseOverdueIn(deps: ActivityDeps, workspaceId: string): Promise<number> {
  const now = deps.now();
  return inWorkspace(deps.orm, workspaceId).transactional(async (em) => {
    const rows = await em.execute<{ id: string }[]>(
      `select "id" from "post"
       where "status" in ('preparing', 'awaiting_approval', 'scheduled', 'publishing', 'blocked')
         and greatest("due_at", "resumed_at") < ? and "overdue_at" is null
       order by "due_at" limit 500`,
      [new Date(now.getTime() - overdueAfterMs)],
    );
    let raised = 0;
    for (const { id } of rows) {
      const post = await em.findOne(
        Post,
        { id, overdueAt: null },
        { lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE },
      );
      // Somebody is changing it: the next sweep looks again.
      if (!post) continue;
      post.overdueAt = now;
      await recordEvent(em, {
        workspaceId,
        type: "post.overdue",
        subjectKind: "post",
        subjectId: id,
        data: { status: post.status },
      });
      raised += 1;
    }
    return raised;
  });
}

async function workspaces(deps: ActivityDeps): Promise<string[]> {
  const rows = await outsideWorkspaces(deps.orm).execute<{ id: string }[]>(
    `select "id" from "workspace" order by "id"`,
  );
  return rows.map(({ id }) => id);
}
