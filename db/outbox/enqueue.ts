import type { EntityManager } from "@mikro-orm/postgresql";
import { currentTraceParent } from "../../observe/trace-context.ts";
import { newId } from "../entities/lib.ts";

/** What Temporal is to be told. */
export type OutboxMessage = {
  workspaceId: string;
  /** Nothing is to be done before, so that it is not told earlier. */
  notBefore?: Date;
} & (
  | {
      /** `wake` starts it, or tells the one that runs to look at its row again: whichever is so. */
      action: "start" | "wake";
      workflowType: WorkflowType;
      workflowId: string;
      input: Record<string, string>;
    }
  /** Tells a running workflow to look at its row again; one that is gone needs no telling. */
  | { action: "signal" | "cancel"; workflowId: string }
  /** Brings the agent's Schedule in line with its row: made, changed, paused or removed. */
  | { action: "schedule"; agentId: string }
);

export type WorkflowType =
  | "publishPost"
  | "generate"
  | "runPostingAgent"
  | "collectMetrics"
  | "refreshConnection"
  | "deliverWebhook"
  | "notifyMember"
  | "takeDownPost"
  | "takeUpload"
  | "checkProviderKey";

/** Channel of PostgreSQL's NOTIFY that wakes whoever tells Temporal. */
export const outboxChannel = "drumbeat_outbox";

/**
 * Writes the message in the caller's transaction and returns its id. After the commit the caller may hand the id to
 * `dispatchOutbox`, to have it told before the answer; a worker is woken and tells it otherwise, and what that misses is
 * found by the sweep.
 */
export async function enqueue(em: EntityManager, message: OutboxMessage): Promise<string> {
  const id = newId();
  // One statement: publishing takes this way often.
  await em.execute(
    `with message as (
       insert into "outbox" ("id", "workspace_id", "action", "workflow_type", "workflow_id", "input", "created_at", "attempts", "next_try_at", "trace_parent")
       values (?, ?, ?, ?, ?, ?::jsonb, ?, 0, ?, ?))
     select pg_notify(?, '')`,
    [
      id,
      message.workspaceId,
      message.action,
      "workflowType" in message ? message.workflowType : "",
      message.action === "schedule" ? `agent/${message.agentId}` : message.workflowId,
      JSON.stringify(inputOf(message)),
      new Date(),
      message.notBefore ?? null,
      currentTraceParent(),
      outboxChannel,
    ],
  );
  return id;
}

function inputOf(message: OutboxMessage): Record<string, string> {
  if ("input" in message) return message.input;
  return message.action === "schedule" ? { agentId: message.agentId } : {};
}
