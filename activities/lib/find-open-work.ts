import type { EntityManager } from "#db/orm.ts";
import type { WorkflowType } from "#db/outbox/enqueue.ts";

/** A row that is not done, and the workflow that should be at it. */
export interface OpenWork {
  workspaceId: string;
  workflowType: WorkflowType;
  workflowId: string;
  /** What the workflow takes besides the workspace. */
  input: Record<string, string>;
  status: string;
}

/** Younger than this, a row's workflow may be about to start. Measured by the database, which wrote the time. */
const settled = `interval '20 seconds'`;

const openPost = `('preparing', 'awaiting_approval', 'scheduled', 'publishing', 'blocked')`;

// A run's post is its run's to start: until that run has ended.
const questions = [
  `select 'publishPost' as "workflowType", 'post/' || p."id" as "workflowId", json_build_object('postId', p."id") as input,
     p."status" from "post" p left join "run" r on r."id" = p."run_id"
   where p."status" in ${openPost} and p."updated_at" < now() - ${settled}
     and (r."id" is null or r."status" in ('succeeded', 'failed', 'cancelled', 'skipped') or p."status" <> 'preparing')`,
  `select distinct 'takeDownPost', 'takedown/' || t."post_id", json_build_object('postId', t."post_id")::text::json, 'requested'
   from "target" t where t."removal"->>'status' = 'requested' and (t."removal"->>'at')::timestamptz < now() - ${settled}`,
  `select 'refreshConnection', 'connection/' || k."id", json_build_object('connectionId', k."id"), k."status"
   from "connection" k where k."updated_at" < now() - ${settled} and (k."status" <> 'pending' or k."disconnected_at" is not null)`,
  `select 'generate', 'generation/' || g."id", json_build_object('generationId', g."id"), g."status"
   from "generation" g where g."status" in ('queued', 'running', 'cancelling') and g."created_at" < now() - ${settled}`,
  `select 'runPostingAgent', r."workflow_id", json_build_object('agentId', r."agent_id", 'runId', r."id"), r."status"
   from "run" r where r."status" in ('queued', 'running', 'awaiting_approval', 'paused') and r."created_at" < now() - ${settled}`,
  // Measured until the last snapshot is there, of what still stands and can still be read.
  `select distinct 'collectMetrics', 'metrics/' || t."post_id", json_build_object('postId', t."post_id")::text::json, 'published'
   from "target" t join "channel" c on c."id" = t."channel_id"
   where t."status" = 'published' and t."remote_id" is not null and t."removal"->>'status' is null
     and t."published_at" between now() - interval '28 days' and now() - ${settled}`,
];

/**
 * Everything of a workspace that a workflow should be at and that Temporal was told of: what the outbox still holds is
 * left to it. Only the work of one workflow when its id is given.
 */
export async function findOpenWork(
  em: EntityManager,
  { workspaceId, workflowId }: { workspaceId: string; workflowId?: string },
): Promise<OpenWork[]> {
  const rows = await em.execute<Omit<OpenWork, "workspaceId">[]>(
    `select work.* from (${questions.join(" union all ").replaceAll("select distinct", "select")}) work
     where not exists (select 1 from "outbox" o where o."workflow_id" = work."workflowId")
       ${workflowId === undefined ? "" : `and work."workflowId" = ?`}`,
    workflowId === undefined ? [] : [workflowId],
  );
  const seen = new Map(rows.map((row) => [row.workflowId, { ...row, workspaceId }]));
  return [...seen.values()];
}
