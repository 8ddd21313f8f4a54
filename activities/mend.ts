import { LockMode } from "@mikro-orm/core";
import { Post } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { recordEvent } from "#db/record-event.ts";
import { sqlWords } from "#db/sql-words.ts";
import { openPosts } from "#domain/states.ts";
import type { SweepActivities } from "#workflows/sweep.ts";
import { createAgentActivities } from "./agents.ts";
import type { ActivityDeps } from "./deps.ts";
import { createGenerationActivities } from "./generations.ts";
import { findOpenWork, type OpenWork } from "./lib/find-open-work.ts";
import { stopJobs } from "./lib/stop-jobs.ts";

/** A post that is so long past its time and not done is told of. */
const overdueAfterMs = 15 * 60_000;

/** So much lost work is mended by one sweep, within the time that its activity has; the next one goes on. */
const atOnce = 500;

/** Of more open work than this, Temporal's list takes too long: each sweep asks for some of it, in turn. */
const mostListed = 5_000;

/** So much of it side by side: each takes calls to Temporal. */
const sideBySide = 10;

/** What `sweep` asks for about work that should be under way. */
export function createMendActivities(
  deps: ActivityDeps,
): Pick<SweepActivities, "mendOrphans" | "raiseOverdue"> {
  const ends = {
    endGeneration: createGenerationActivities(deps).endGeneration,
    endRun: createAgentActivities(deps).endRun,
  };
  let turn = "";
  /** The work that comes after what the last sweep of this process asked for, and then the first again. */
  const inTurn = (open: OpenWork[]): OpenWork[] => {
    const sorted = open.toSorted((a, b) => (a.workflowId < b.workflowId ? -1 : 1));
    const next = sorted.findIndex(({ workflowId }) => workflowId > turn);
    const chosen = sorted.slice(Math.max(0, next), Math.max(0, next) + atOnce);
    turn = chosen.at(-1)?.workflowId ?? "";
    return chosen;
  };
  return {
    async mendOrphans() {
      const counts = { restarted: 0, closed: 0 };
      // Read before Temporal is asked: what ends meanwhile is found to have ended, and not the other way round.
      const open = await openWorkOfAll(deps);
      if (open.length === 0) return counts;
      const suspects = open.length > mostListed ? inTurn(open) : await unlisted(deps, open);
      for (const batch of batchesOf(suspects.slice(0, atOnce), sideBySide)) {
        const lost = await lostOf(deps, batch);
        const mended = await Promise.all(lost.map((work) => mend(deps, ends, work)));
        for (const kind of mended) counts[kind] += 1;
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

/** What Temporal does not list as running. */
async function unlisted(deps: ActivityDeps, open: OpenWork[]): Promise<OpenWork[]> {
  const running = await deps.engine.listRunning();
  return open.filter(({ workflowId }) => !running.has(workflowId));
}

type LostWork = OpenWork & { state: "ended" | "unknown" };

/**
 * Of what Temporal does not list as running, what really has no workflow: the list lags. Asked for once more at the end,
 * since work may end, or be told to Temporal, while Temporal is asked.
 */
async function lostOf(deps: ActivityDeps, batch: OpenWork[]): Promise<LostWork[]> {
  const asked = await Promise.all(
    batch.map(async (work) => ({ ...work, state: await deps.engine.stateOf(work.workflowId) })),
  );
  const lost = asked.filter((work): work is LostWork => work.state !== "running");
  const stillOpen = new Map<string, OpenWork>();
  for (const workspaceId of new Set(lost.map((work) => work.workspaceId))) {
    const em = inWorkspace(deps.orm, workspaceId);
    const workflowIds = lost.map(({ workflowId }) => workflowId);
    for (const work of await findOpenWork(em, { workspaceId, workflowIds }))
      stillOpen.set(work.workflowId, work);
  }
  return lost.flatMap(({ workflowId, state }) => {
    const work = stillOpen.get(workflowId);
    return work ? [{ ...work, state }] : [];
  });
}

function batchesOf<T>(all: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let from = 0; from < all.length; from += size) batches.push(all.slice(from, from + size));
  return batches;
}

/**
 * What becomes of work whose workflow was ended by hand, or never began. Most go on where their rows say: a post that was
 * accepted is not lost, and its ledger keeps it from going out twice. What was begun and costs is closed and settled; a
 * run that has made its post goes on to tell what became of that.
 */
async function mend(
  deps: ActivityDeps,
  ends: {
    endGeneration: ReturnType<typeof createGenerationActivities>["endGeneration"];
    endRun: ReturnType<typeof createAgentActivities>["endRun"];
  },
  work: LostWork,
): Promise<"restarted" | "closed"> {
  const { workspaceId, workflowType, workflowId, input, status, state } = work;
  deps.logger.warn({ workflowId, workflowType, state }, "mending work that has no workflow");
  const neverBegan = state === "unknown" && status === "queued";
  const begun = { code: "workflow_ended", detail: "An operator ended its workflow." };
  if (workflowType === "generate" && !neverBegan) {
    const generationId = input["generationId"] ?? "";
    const end = status === "cancelling" ? "cancelled" : "failed";
    await stopJobs(deps, { workspaceId, generationId });
    await ends.endGeneration({ workspaceId, generationId, status: end, ...begun });
    return "closed";
  }
  if (workflowType === "runPostingAgent" && !neverBegan && !work.hasPost) {
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
       where "status" in ${sqlWords(openPosts)}
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
        data: { status: post.status, version: post.version },
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
