import { z } from "zod";
import type { Run, Step } from "#db/entities/index.ts";
import { runMachine } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
import { Id, Instant, iso } from "./responses.ts";
import { workflowLink } from "./workflow-link.ts";

const Failure = z.object({ code: z.string(), detail: z.string() }).nullable();

export const RunView = z.object({
  id: Id,
  agentId: Id,
  status: z.enum(runMachine.states),
  trigger: z.enum(["manual", "schedule"]),
  wokenFor: Instant.nullable().describe("The wake-up of the schedule that it answers"),
  postId: Id.nullable(),
  error: Failure,
  createdAt: Instant,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  temporalUrl: z.string().describe("The run's workflow, for operators"),
});

export const StepView = z.object({
  id: Id,
  position: z.int(),
  kind: z.enum([
    "gather",
    "model",
    "tool",
    "check",
    "generation",
    "post",
    "media",
    "approval",
    "publish",
  ]),
  name: z.string(),
  status: z.enum(["pending", "running", "succeeded", "failed", "cancelled", "skipped"]),
  input: z.unknown(),
  output: z.unknown(),
  model: z.string().nullable(),
  sent: z.unknown().describe("What left for the provider: names, sizes and hashes of the fields"),
  credits: z.int(),
  error: Failure,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  durationMs: z.int().nullable(),
  temporalUrl: z.string(),
});

/** The run as the API shows it. */
export function viewRun(context: ApiContext, run: Run): z.infer<typeof RunView> {
  return {
    id: run.id,
    agentId: run.agentId,
    status: run.status,
    trigger: run.trigger,
    wokenFor: iso(run.wokenFor),
    postId: run.postId ?? null,
    error: run.error ?? null,
    createdAt: iso(run.createdAt),
    startedAt: iso(run.startedAt),
    finishedAt: iso(run.finishedAt),
    temporalUrl: workflowLink(context, run.workflowId),
  };
}

/** One step of a run, as the API shows it. */
export function viewStep(context: ApiContext, run: Run, step: Step): z.infer<typeof StepView> {
  const generationId = (step.output as { generationId?: string } | null | undefined)?.generationId;
  return {
    id: step.id,
    position: step.position,
    kind: step.kind,
    name: step.name,
    status: step.status,
    input: step.input ?? null,
    output: step.output ?? null,
    model: step.model ?? null,
    sent: step.sent ?? null,
    credits: step.credits,
    error: step.error ?? null,
    startedAt: iso(step.startedAt),
    finishedAt: iso(step.finishedAt),
    durationMs:
      step.startedAt && step.finishedAt
        ? step.finishedAt.getTime() - step.startedAt.getTime()
        : null,
    temporalUrl: workflowLink(
      context,
      generationId ? `generation/${generationId}` : run.workflowId,
    ),
  };
}
