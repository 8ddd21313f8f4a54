import type { EntityManager } from "@mikro-orm/postgresql";
import { currentTraceParent } from "../../observe/trace-context.ts";
import { Outbox } from "../entities/index.ts";
import { insertRow } from "../insert-row.ts";

/** What Temporal is to be told. */
export type OutboxMessage = {
  workspaceId: string;
} & (
  | {
      action: "start";
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
  | "refreshConnection";

/**
 * Writes the message in the caller's transaction and returns its id. After the commit the caller hands the id to
 * `dispatchOutbox`; what dies before that is found by the sweep.
 */
export async function enqueue(em: EntityManager, message: OutboxMessage): Promise<string> {
  return insertRow(em, Outbox, {
    workspaceId: message.workspaceId,
    action: message.action,
    workflowType: message.action === "start" ? message.workflowType : "",
    workflowId: message.action === "schedule" ? `agent/${message.agentId}` : message.workflowId,
    input:
      message.action === "start"
        ? message.input
        : message.action === "schedule"
          ? { agentId: message.agentId }
          : {},
    traceParent: currentTraceParent(),
  });
}
