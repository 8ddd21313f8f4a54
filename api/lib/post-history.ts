import { z } from "zod";
import { Delivery, DeliveryAttempt, Event, Target, type Post } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { adviceFor } from "#domain/advice-for.ts";
import { Id, Instant, iso } from "./responses.ts";

const CallView = z.object({
  method: z.string(),
  url: z.string().describe("Host and path; a query may hold secrets and is not kept"),
  requestBytes: z.int().nullable(),
  status: z.int().nullable().describe("Null when no answer came"),
  responseBytes: z.int().nullable(),
  retryAfter: z.string().nullable(),
  durationMs: z.int(),
  failure: z.string().nullable(),
});

const AttemptView = z.object({
  targetId: Id,
  channelName: z.string(),
  part: z.int(),
  number: z.int(),
  step: z.enum(["create", "poll", "publish", "confirm", "reconcile", "resolve", "remove"]),
  startedAt: Instant,
  finishedAt: Instant.nullable().describe("Null while it goes on, or when its process died in it"),
  durationMs: z.int().nullable(),
  outcome: z.string().nullable(),
  code: z.string().nullable(),
  detail: z.string().nullable(),
  platformMessage: z.string().nullable().describe("The platform's own words"),
  httpStatus: z.int().nullable(),
  calls: z.array(CallView),
  decidedBy: z.string().nullable().describe("Who decided, where a person did"),
  advice: z.string().nullable().describe("What you can do about it"),
});

export const HistoryView = z.object({
  attempts: z.array(AttemptView),
  events: z.array(
    z.object({ type: z.string(), at: Instant, data: z.record(z.string(), z.unknown()) }),
  ),
});

/** Everything that was tried for a post, and how its state changed. Call it within the workspace's transaction. */
export async function readHistory(
  em: EntityManager,
  post: Post,
): Promise<z.infer<typeof HistoryView>> {
  const targets = await em.find(Target, { postId: post.id }, { orderBy: { position: "asc" } });
  const deliveries = await em.find(
    Delivery,
    { targetId: { $in: targets.map(({ id }) => id) } },
    { orderBy: { part: "asc" } },
  );
  const attempts = await em.find(
    DeliveryAttempt,
    { deliveryId: { $in: deliveries.map(({ id }) => id) } },
    { orderBy: { startedAt: "asc", number: "asc" }, limit: 1_000 },
  );
  const events = await em.find(
    Event,
    { subjectId: post.id },
    { orderBy: { sequence: "asc" }, limit: 1_000 },
  );
  return {
    attempts: attempts.flatMap((attempt) => {
      const delivery = deliveries.find(({ id }) => id === attempt.deliveryId);
      const target = targets.find(({ id }) => id === delivery?.targetId);
      return delivery && target ? [viewAttempt(attempt, delivery, target)] : [];
    }),
    events: events.map(({ type, createdAt, data }) => ({ type, at: iso(createdAt), data })),
  };
}

function viewAttempt(
  attempt: DeliveryAttempt,
  delivery: Delivery,
  target: Target,
): z.infer<typeof AttemptView> {
  const { startedAt, finishedAt } = attempt;
  const outcome = attempt.outcome ?? null;
  const code = attempt.code ?? null;
  return {
    targetId: target.id,
    channelName: target.channelName,
    part: delivery.part,
    number: attempt.number,
    step: attempt.step,
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
    durationMs: finishedAt ? finishedAt.getTime() - startedAt.getTime() : null,
    outcome,
    code,
    detail: attempt.detail ?? null,
    platformMessage: attempt.platformMessage ?? null,
    httpStatus: attempt.httpStatus ?? null,
    calls: attempt.calls ?? [],
    decidedBy: attempt.decidedBy ?? null,
    advice: adviceFor({ outcome, code, httpStatus: attempt.httpStatus ?? null }),
  };
}
