import { z } from "zod";
import {
  AuditEvent,
  Delivery,
  DeliveryAttempt,
  Event,
  Target,
  type Post,
} from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { adviceFor } from "#domain/advice-for.ts";
import { actorNames } from "./actor-names.ts";
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
  number: z.int().describe("Counts every step at this part, whatever its kind"),
  attempt: z.int().describe("Which try at this very step of this part it is, from 1"),
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
  decidedByName: z.string().nullable().describe("Their name, where it is still known"),
  advice: z.string().nullable().describe("What you can do about it"),
});

const ActionView = z.object({
  action: z.string().describe("As in the audit log: `post.approved`, `post.cancelled` …"),
  at: Instant,
  by: z.object({
    id: z.string().describe("`user:<id>`, `key:<its 12 characters>` …"),
    name: z.string().nullable().describe("Where it is still known"),
  }),
});

export const HistoryView = z.object({
  attempts: z.array(AttemptView),
  actions: z.array(ActionView).describe("What people and programs did with it"),
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
  const actions = await em.find(
    AuditEvent,
    { subject: `post:${post.id}` },
    { orderBy: { sequence: "asc" }, limit: 1_000 },
  );
  const deciders = attempts.flatMap(({ decidedBy }) => decidedBy ?? []);
  const names = await actorNames(em, [
    ...new Set([...actions.map(({ actor }) => actor), ...deciders]),
  ]);
  const tries = new Map<string, number>();
  return {
    attempts: attempts.flatMap((row) => {
      const delivery = deliveries.find(({ id }) => id === row.deliveryId);
      const target = targets.find(({ id }) => id === delivery?.targetId);
      if (!delivery || !target) return [];
      const step = `${row.deliveryId}/${row.step}`;
      const attempt = (tries.get(step) ?? 0) + 1;
      tries.set(step, attempt);
      return [viewAttempt({ row, delivery, target, attempt, names })];
    }),
    actions: actions.map(({ action, createdAt, actor }) => ({
      action,
      at: iso(createdAt),
      by: { id: actor, name: names.get(actor) ?? null },
    })),
    events: events.map(({ type, createdAt, data }) => ({ type, at: iso(createdAt), data })),
  };
}

function viewAttempt(input: {
  row: DeliveryAttempt;
  delivery: Delivery;
  target: Target;
  attempt: number;
  names: ReadonlyMap<string, string>;
}): z.infer<typeof AttemptView> {
  const { row, delivery, target, attempt, names } = input;
  const { startedAt, finishedAt } = row;
  const outcome = row.outcome ?? null;
  const code = row.code ?? null;
  const decidedBy = row.decidedBy ?? null;
  return {
    targetId: target.id,
    channelName: target.channelName,
    part: delivery.part,
    number: row.number,
    attempt,
    step: row.step,
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
    durationMs: finishedAt ? finishedAt.getTime() - startedAt.getTime() : null,
    outcome,
    code,
    detail: row.detail ?? null,
    platformMessage: row.platformMessage ?? null,
    httpStatus: row.httpStatus ?? null,
    calls: row.calls ?? [],
    decidedBy,
    decidedByName: decidedBy === null ? null : (names.get(decidedBy) ?? null),
    advice: adviceFor({ outcome, code, httpStatus: row.httpStatus ?? null }),
  };
}
