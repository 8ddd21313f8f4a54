import type { EntityManager } from "#db/orm.ts";
import type { WorkflowType } from "#db/outbox/enqueue.ts";
import { sqlWords } from "#db/sql-words.ts";
import { openPosts } from "#domain/states.ts";

/** A row that is not done, and the workflow that should be at it. */
export interface OpenWork {
  workspaceId: string;
  workflowType: WorkflowType;
  workflowId: string;
  /** What the workflow takes besides the workspace. */
  input: Record<string, string>;
  status: string;
  /** Of a run: whether it has made its post. */
  hasPost?: boolean;
}

/** Younger than this, a row's workflow may be about to start. Measured by the database, which wrote the time. */
const settled = `interval '20 seconds'`;

const openPost = sqlWords(openPosts);

/** Each gives the columns of `OpenWork` but the workspace, which row-level security sees to. */
const questions = [
  `select 'publishPost' as "workflowType", 'post/' || p."id" as "workflowId", jsonb_build_object('postId', p."id") as input,
     p."status", false as "hasPost"
   from "post" p where p."status" in ${openPost} and p."updated_at" < now() - ${settled}`,
  `select distinct 'takeDownPost', 'takedown/' || t."post_id", jsonb_build_object('postId', t."post_id"), 'requested', false
   from "target" t where t."removal"->>'status' = 'requested' and (t."removal"->>'at')::timestamptz < now() - ${settled}`,
  `select 'refreshConnection', 'connection/' || k."id", jsonb_build_object('connectionId', k."id"), k."status", false
   from "connection" k where k."updated_at" < now() - ${settled} and (k."status" <> 'pending' or k."disconnected_at" is not null)
     and (k."disconnected_at" is null or k."wrapped_key" is not null or k."remote_account_id" is null)`,
  `select 'generate', 'generation/' || g."id", jsonb_build_object('generationId', g."id"), g."status", false
   from "generation" g where g."status" in ('queued', 'running', 'cancelling') and g."created_at" < now() - ${settled}`,
  `select 'takeUpload', 'upload/' || u."id", jsonb_build_object('uploadId', u."id"), u."status", false
   from "upload" u where u."status" in ('fetching', 'checking') and u."received_at" < now() - ${settled}`,
  `select 'checkProviderKey', 'provider-key/' || c."id", jsonb_build_object('credentialsId', c."id"), c."status", false
   from "provider_credentials" c where c."status" = 'checking' and c."created_at" < now() - ${settled}`,
  `select 'runPostingAgent', r."workflow_id", jsonb_build_object('agentId', r."agent_id", 'runId', r."id"), r."status",
     r."post_id" is not null
   from "run" r where r."status" in ('queued', 'running', 'awaiting_approval', 'paused') and r."created_at" < now() - ${settled}`,
  // Measured until the last snapshot is there, of what still stands and can still be read.
  `select distinct 'collectMetrics', 'metrics/' || t."post_id", jsonb_build_object('postId', t."post_id"), 'published', false
   from "target" t join "channel" c on c."id" = t."channel_id"
     join "connection" k on k."id" = c."connection_id" and k."disconnected_at" is null
   where t."status" = 'published' and t."remote_id" is not null and t."removal"->>'status' is null
     and t."published_at" between now() - interval '28 days' and now() - ${settled}`,
  `select 'deliverWebhook', 'webhook/' || w."event_id" || '/' || w."endpoint_id" || case when w."round" > 0 then '/' || w."round" else '' end,
     jsonb_build_object('deliveryId', w."id", 'round', w."round"::text), w."status", false
   from "webhook_delivery" w where w."status" = 'pending' and w."created_at" < now() - ${settled}`,
  `select distinct 'notifyMember', 'notify/' || n."workspace_id" || '/' || n."user_id", jsonb_build_object('userId', n."user_id"),
     'waiting', false
   from "notification" n where (n."email" = 'waiting' or n."chat" = 'waiting') and n."created_at" < now() - ${settled}`,
];

/**
 * Everything of a workspace that a workflow should be at and that Temporal was told of: what the outbox still holds is
 * left to it. Only the work of these workflows when their ids are given.
 */
export async function findOpenWork(
  em: EntityManager,
  { workspaceId, workflowIds }: { workspaceId: string; workflowIds?: readonly string[] },
): Promise<OpenWork[]> {
  const rows = await em.execute<Omit<OpenWork, "workspaceId">[]>(
    `select work.* from (${questions.join(" union all ")}) work
     where not exists (select 1 from "outbox" o where o."workflow_id" = work."workflowId")
       ${workflowIds ? `and work."workflowId" in (select jsonb_array_elements_text(?::jsonb))` : ""}`,
    workflowIds ? [JSON.stringify(workflowIds)] : [],
  );
  return rows.map((row) => ({ ...row, workspaceId }));
}
