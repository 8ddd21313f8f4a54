import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { withinTrace } from "../../observe/trace-context.ts";
import { Agent, Outbox } from "../entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "../orm.ts";
import type { AgentScheduleState, Engine } from "./engine.ts";

type Message = Omit<Outbox, "createdAt" | "nextTryAt">;

/**
 * How long a message that Temporal refused waits: the first time, and at most. Twice as long each time. Seconds. What was
 * accepted starts within a minute of Temporal's recovery, however long it was away.
 */
const refusalPause = { first: 5, longest: 30 };

export interface Dispatched {
  told: number;
  waiting: number;
  /** Temporal can't be reached; absent otherwise. */
  away?: true;
  /** In how many milliseconds the next message is due that waits for its time; absent when none does, or unasked. */
  nextInMs?: number;
}

/**
 * Tells Temporal what the outbox holds, oldest first, and removes each message once it was told. One that Temporal refuses
 * waits, longer each time, and others go first: however many there are, they hold up nobody. Telling twice is
 * harmless: workflow ids are derived from row ids. So is telling in another order, where two tell at once: a workflow
 * begins by looking at its row, and finds there what a message that came too early would have told it. Returns how many
 * were told and how many of those that were looked at wait, and whether that is because Temporal can't be reached.
 */
export async function dispatchOutbox(input: {
  orm: MikroORM;
  engine: Engine;
  /** Only these; all when absent. */
  ids?: string[];
  limit?: number;
}): Promise<Dispatched> {
  const { orm, engine } = input;
  const em = outsideWorkspaces(orm);
  const messages = await readMessages(em, input);
  let told = 0;
  for (const message of messages) {
    try {
      await withinTrace(message.traceParent, () => tell({ orm, engine, message }));
    } catch (error) {
      const away = engine.isUnavailable(error);
      await keepMessage(em, message, { refused: !away });
      if (away) return { told, waiting: messages.length - told, away };
      engine.report({ workflowId: message.workflowId, error });
      continue;
    }
    await em.nativeDelete(Outbox, { id: message.id });
    told += 1;
  }
  return { told, waiting: messages.length - told };
}

/** It stays and is tried again. While Temporal is away all keep their order; one that it refused lets the others by. */
async function keepMessage(
  em: EntityManager,
  { id, attempts }: Message,
  { refused }: { refused: boolean },
): Promise<void> {
  const { first, longest } = refusalPause;
  const pause = refused ? Math.min(longest, first * 2 ** Math.min(attempts, 20)) : null;
  // By the database's clock, which is the one that is asked for those that are due.
  await em.execute(
    `update "outbox" set "attempts" = "attempts" + 1, "next_try_at" = now() + ?::int * interval '1 second' where "id" = ?`,
    [pause, id],
  );
}

// After each change of the API: as entities it would take twice the time.
async function readMessages(
  em: EntityManager,
  { ids, limit = 200 }: { ids?: string[]; limit?: number },
): Promise<Message[]> {
  return em.execute<Message[]>(
    `select "id", "workspace_id" as "workspaceId", "action", "workflow_type" as "workflowType",
       "workflow_id" as "workflowId", "input", "attempts", "trace_parent" as "traceParent"
     from "outbox"
     where ${ids ? `"id" = any(?::uuid[])` : `"next_try_at" is null or "next_try_at" <= now()`}
     order by "created_at", "id" limit ?`,
    [...(ids ? [`{${ids.join(",")}}`] : []), limit],
  );
}

async function tell({
  orm,
  engine,
  message,
}: {
  orm: MikroORM;
  engine: Engine;
  message: Message;
}): Promise<void> {
  switch (message.action) {
    case "start":
      return engine.start({
        workflowType: message.workflowType,
        workflowId: message.workflowId,
        input: { workspaceId: message.workspaceId, ...message.input },
      });
    case "wake":
      return engine.wake({
        workflowType: message.workflowType,
        workflowId: message.workflowId,
        input: { workspaceId: message.workspaceId, ...message.input },
      });
    case "signal":
      return engine.nudge(message.workflowId);
    case "cancel":
      return engine.cancel(message.workflowId);
    case "schedule":
      return tellSchedule({
        orm,
        engine,
        workspaceId: message.workspaceId,
        agentId: message.input["agentId"] ?? "",
      });
  }
}

/** One at a time for an agent: who read an older row must not be the one that Temporal hears last. */
async function tellSchedule(input: {
  orm: MikroORM;
  engine: Engine;
  workspaceId: string;
  agentId: string;
}): Promise<void> {
  await inWorkspace(input.orm, input.workspaceId).transactional(async (em) => {
    await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 12))", [input.agentId]);
    await input.engine.setAgentSchedule(await agentScheduleState(em, input));
  });
}

/** What the agent's row asks of its Schedule. The row is read anew: the newest state wins, in whatever order we tell. */
async function agentScheduleState(
  em: EntityManager,
  input: { workspaceId: string; agentId: string },
): Promise<AgentScheduleState> {
  const agent = await em.findOne(Agent, { id: input.agentId });
  const base = { workspaceId: input.workspaceId, agentId: input.agentId };
  if (!agent || agent.deletedAt) return { ...base, state: "absent" };
  return {
    ...base,
    state: agent.status === "active" ? "running" : "paused",
    schedule: agent.schedule,
  };
}
