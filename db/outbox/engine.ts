import {
  isGrpcServiceError,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type ScheduleOptions,
} from "@temporalio/client";
import type { AgentSchedule } from "#domain/schemas/content.ts";
import { schedules, searchAttributes, taskQueues, workflowPriorities } from "#temporal.config";
import { agentCalendars } from "#domain/wake-ups.ts";
import { TypedSearchAttributes, type SearchAttributePair } from "@temporalio/common";
import { workflowSummary } from "#domain/summaries.ts";

export type AgentScheduleState = { workspaceId: string; agentId: string } & (
  | { state: "absent" }
  | { state: "running" | "paused"; schedule: AgentSchedule }
);

/** Temporal, as far as the outbox needs it. */
export interface Engine {
  /** Starts the workflow; that it was started already is success. */
  start(input: {
    workflowType: string;
    workflowId: string;
    input: Record<string, string>;
  }): Promise<void>;
  /** Tells the workflow to look at its row again, and starts it where none runs: that one ended is no reason not to. */
  wake(input: {
    workflowType: string;
    workflowId: string;
    input: Record<string, string>;
  }): Promise<void>;
  /** Tells a workflow to look at its row again; that it is gone is success. */
  nudge(workflowId: string): Promise<void>;
  cancel(workflowId: string): Promise<void>;
  /** Ids of the workflows that run, as Temporal lists them: it may lag by seconds, so that a missing one is asked for by `stateOf`. */
  listRunning(): Promise<Set<string>>;
  /** Whether the workflow runs, has ended in whatever way, or is not known. */
  stateOf(workflowId: string): Promise<"running" | "ended" | "unknown">;
  setAgentSchedule(state: AgentScheduleState): Promise<void>;
  /** True when the error says that Temporal can't be reached now. */
  isUnavailable(error: unknown): boolean;
  /** Called for a message that Temporal refused. */
  report(input: { workflowId: string; error: unknown }): void;
}

/** The signal that every workflow of ours understands: your row changed, look again. */
export const changedSignalName = "changed";

/** The engine over a Temporal client. No call waits longer than `deadlineMs`. */
export function createEngine(options: {
  client: Client;
  report: Engine["report"];
  deadlineMs?: number;
}): Engine {
  const { client } = options;
  const within = <T>(call: () => Promise<T>): Promise<T> =>
    client.connection.withDeadline(Date.now() + (options.deadlineMs ?? 5_000), call);
  const optionsOf = (workflowType: string, workflowId: string, input: Record<string, string>) => ({
    workflowId,
    taskQueue: taskQueues.workflows,
    args: [input],
    typedSearchAttributes: attributesOf(input),
    staticSummary: workflowSummary(workflowType),
    ...(workflowPriorities[workflowType] ? { priority: workflowPriorities[workflowType] } : {}),
  });
  return {
    async start({ workflowType, workflowId, input }) {
      try {
        await within(() =>
          client.workflow.start(workflowType, {
            ...optionsOf(workflowType, workflowId, input),
            workflowIdReusePolicy:
              workflowType === "refreshConnection" ? "ALLOW_DUPLICATE" : "REJECT_DUPLICATE",
            workflowIdConflictPolicy: "USE_EXISTING",
          }),
        );
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
    async wake({ workflowType, workflowId, input }) {
      await within(() =>
        client.workflow.signalWithStart(workflowType, {
          ...optionsOf(workflowType, workflowId, input),
          signal: changedSignalName,
          workflowIdReusePolicy: "ALLOW_DUPLICATE",
        }),
      );
    },
    async nudge(workflowId) {
      await ignoringGone(() =>
        within(() => client.workflow.getHandle(workflowId).signal(changedSignalName)),
      );
    },
    async cancel(workflowId) {
      await ignoringGone(() => within(() => client.workflow.getHandle(workflowId).cancel()));
    },
    async listRunning() {
      const ids = new Set<string>();
      for await (const { workflowId } of client.workflow.list({
        query: `ExecutionStatus = "Running"`,
        pageSize: 1_000,
      }))
        ids.add(workflowId);
      return ids;
    },
    async stateOf(workflowId) {
      try {
        const { status } = await within(() => client.workflow.getHandle(workflowId).describe());
        return status.name === "RUNNING" ? "running" : "ended";
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return "unknown";
        throw error;
      }
    },
    async setAgentSchedule(state) {
      const scheduleId = `agent/${state.agentId}`;
      const handle = client.schedule.getHandle(scheduleId);
      if (state.state === "absent") {
        await ignoringGone(() => within(() => handle.delete()));
        return;
      }
      const wanted = agentScheduleOptions({ scheduleId, ...state });
      try {
        await within(() => client.schedule.create(wanted));
      } catch (error) {
        if (!(error instanceof ScheduleAlreadyRunning)) throw error;
        await within(() =>
          handle.update((previous) => ({
            ...previous,
            spec: wanted.spec,
            action: wanted.action,
            policies: { ...previous.policies, ...wanted.policies },
            state: { ...previous.state, paused: state.state === "paused" },
          })),
        );
      }
    },
    isUnavailable(error) {
      return isUnavailable(error);
    },
    report: options.report,
  };
}

/** The Schedule of an agent: overlap allowed (a run may wait days for a person), a short catch-up, its own time zone. */
export function agentScheduleOptions(input: {
  scheduleId: string;
  workspaceId: string;
  agentId: string;
  state: "running" | "paused";
  schedule: AgentSchedule;
}): ScheduleOptions {
  const ids = { workspaceId: input.workspaceId, agentId: input.agentId };
  return {
    scheduleId: input.scheduleId,
    spec: { calendars: agentCalendars(input.schedule), timezone: input.schedule.timeZone },
    action: {
      type: "startWorkflow",
      workflowType: "runPostingAgent",
      workflowId: `agent/${input.agentId}/run`,
      taskQueue: taskQueues.workflows,
      args: [ids],
      typedSearchAttributes: attributesOf(ids),
      staticSummary: workflowSummary("runPostingAgent"),
    },
    policies: {
      overlap: ScheduleOverlapPolicy.ALLOW_ALL,
      catchupWindow: schedules.agentCatchupWindow,
      pauseOnFailure: false,
    },
    state: { paused: input.state === "paused" },
  };
}

function attributesOf(input: Record<string, string>): TypedSearchAttributes {
  const pairs: SearchAttributePair[] = [];
  if (input["workspaceId"])
    pairs.push({ key: searchAttributes.workspaceId, value: input["workspaceId"] });
  if (input["agentId"]) pairs.push({ key: searchAttributes.agentId, value: input["agentId"] });
  if (input["postId"]) pairs.push({ key: searchAttributes.postId, value: input["postId"] });
  return new TypedSearchAttributes(pairs);
}

async function ignoringGone(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof ScheduleNotFoundError) return;
    throw error;
  }
}

// gRPC status codes: 1 cancelled (a deadline of ours), 4 deadline exceeded, 8 exhausted, 13 internal, 14 unavailable.
const passing = new Set([1, 4, 8, 13, 14]);

/** True when the error, or what caused it, says that Temporal can't be reached now. */
export function isUnavailable(error: unknown): boolean {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    if (isGrpcServiceError(current) && passing.has(current.code)) return true;
    if (current.name === "TransportError") return true;
  }
  return false;
}
