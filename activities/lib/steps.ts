import { LockMode } from "@mikro-orm/core";
import { Step } from "#db/entities/index.ts";
import { insertRowOnce } from "#db/insert-row.ts";
import type { EntityManager } from "#db/orm.ts";
import { recordEvent } from "#db/record-event.ts";
import type { StepStatus } from "#domain/states.ts";
import type { ActivityDeps } from "../deps.ts";
import { orGone } from "./find-or-gone.ts";

/** Finds the step by its key, or makes it: an activity that runs twice writes one row. */
export async function beginStep(
  em: EntityManager,
  deps: ActivityDeps,
  step: {
    workspaceId: string;
    runId: string;
    key: string;
    position: number;
    kind: Step["kind"];
    name: string;
    input?: object;
  },
): Promise<Step> {
  await insertRowOnce(
    em,
    Step,
    {
      workspaceId: step.workspaceId,
      runId: step.runId,
      key: step.key,
      position: step.position,
      kind: step.kind,
      name: step.name,
      status: "running",
      input: step.input ?? null,
      startedAt: deps.now(),
    },
    ["runId", "key"],
  );
  return orGone(
    await em.findOne(Step, { runId: step.runId, key: step.key }, { refresh: true }),
    "step",
  );
}

/** The step as it is now, under its lock. Call it within a transaction. */
export async function lockStep(em: EntityManager, id: string): Promise<Step> {
  const step = await em.findOne(
    Step,
    { id },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  return orGone(step, "step");
}

/** Writes how a step ended, with its event. */
export async function endStep(
  em: EntityManager,
  deps: ActivityDeps,
  id: string,
  end: {
    status: StepStatus;
    output?: object;
    transcript?: object[];
    credits?: number;
    error?: { code: string; detail: string } | null;
  },
): Promise<void> {
  const step = orGone(await em.findOne(Step, { id }), "step");
  step.status = end.status;
  step.finishedAt = deps.now();
  if (end.output !== undefined) step.output = end.output;
  if (end.transcript !== undefined) step.transcript = end.transcript;
  if (end.credits !== undefined) step.credits = end.credits;
  if (end.error !== undefined) step.error = end.error;
  await em.flush();
  await recordEvent(em, {
    workspaceId: step.workspaceId,
    type: `step.${end.status}`,
    subjectKind: "run",
    subjectId: step.runId,
    data: { stepId: step.id, name: step.name },
  });
}
