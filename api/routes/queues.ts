import { LockMode } from "@mikro-orm/core";
import { z } from "zod";
import { Post, Queue, QueueClaim } from "#db/entities/index.ts";
import { insertRowOnce } from "#db/insert-row.ts";
import type { EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { slotsAfter } from "#domain/queue-slots.ts";
import { QueueSlot } from "#domain/schemas/series.ts";
import { postMachine } from "#domain/states.ts";
import { isTimeZone } from "#domain/wake-ups.ts";
import type { ApiContext } from "../context.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { findChannels } from "../lib/find-channels.ts";
import { found } from "../lib/not-found.ts";
import { readRows } from "../lib/read-rows.ts";
import { Id, Instant, iso, responses } from "../lib/responses.ts";
import { principalOf } from "../plugins/access.ts";

const ChannelParams = z.object({ channelId: Id });

const QueueView = z.object({
  channelId: Id,
  timeZone: z.string(),
  slots: z.array(QueueSlot),
  paused: z.boolean(),
  nextFree: z
    .array(Instant)
    .describe("The next five free slots within 90 days; none while it is paused"),
  posts: z
    .array(z.object({ postId: Id, slotAt: Instant, status: z.enum(postMachine.states) }))
    .describe("Who holds the slots to come, in order, 100 at most"),
});

/** Queues: the weekly times at which a channel takes posts that ask for the next free one. */
export const addQueueRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "PUT",
    url: "/v1/queues/:channelId",
    config: { access: { scope: "posts:write" } },
    schema: {
      tags: ["queues"],
      summary: "Give a channel its weekly slots",
      description:
        "Posts that hold a slot keep it, also one that is no slot any more. Without slots the channel has no queue. While it is paused it gives none.",
      params: ChannelParams,
      body: z.strictObject({
        timeZone: z
          .string()
          .max(80)
          .refine(isTimeZone, { message: "is no time zone; use a name such as Europe/Berlin" }),
        slots: z
          .array(QueueSlot)
          .max(168)
          .superRefine((slots, check) => {
            for (const [index, slot] of slots.entries()) {
              const first = slots.findIndex(
                ({ day, time }) => day === slot.day && time === slot.time,
              );
              if (first < index)
                check.addIssue({
                  code: "custom",
                  path: [index],
                  message: `is slot ${first} again`,
                });
            }
          }),
        paused: z.boolean().default(false),
      }),
      response: responses({ 200: QueueView }, ["not_found"]),
    },
    handler: async (request, reply) => {
      const { workspaceId, actor } = principalOf(request);
      const { channelId } = request.params;
      const { timeZone, slots, paused } = request.body;
      return accept(context, { request, reply }, { status: 200 }, async (em) => {
        await findChannels(em, [channelId], () => "/channelId");
        // One after the other: the row may not be there yet, or may just go.
        await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 18))", [channelId]);
        const row = { workspaceId, channelId, timeZone, slots, paused };
        await insertRowOnce(em, Queue, row, ["channelId"]);
        const queue = await em.findOneOrFail(
          Queue,
          { channelId },
          { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
        );
        Object.assign(queue, { timeZone, slots, paused });
        if (slots.length === 0) em.remove(queue);
        await em.flush();
        await recordAudit(em, {
          workspaceId,
          actor,
          action: "queue.changed",
          subject: `channel:${channelId}`,
          address: request.ip,
          detail: { slots: slots.length, paused },
        });
        return { body: await viewQueue(context, em, queue), subjectId: channelId };
      });
    },
  });

  app.route({
    method: "GET",
    url: "/v1/queues/:channelId",
    config: { access: { scope: "posts:read" } },
    schema: {
      tags: ["queues"],
      summary: "A channel's slots, which are free next, and who holds the others",
      params: ChannelParams,
      response: responses({ 200: QueueView }, ["not_found"]),
    },
    handler: (request) =>
      readRows(context, principalOf(request).workspaceId, async (em) =>
        viewQueue(context, em, found(await em.findOne(Queue, request.params), "queue")),
      ),
  });
};

async function viewQueue(
  context: ApiContext,
  em: EntityManager,
  queue: Queue,
): Promise<z.infer<typeof QueueView>> {
  const now = context.now();
  const { channelId, timeZone, slots, paused } = queue;
  const claims = await em.find(
    QueueClaim,
    { channelId, slotAt: { $gt: now } },
    { orderBy: { slotAt: "asc" } },
  );
  const held = new Set(claims.map((claim) => claim.slotAt.getTime()));
  const nextFree: string[] = [];
  for (const { at } of slotsAfter({ timeZone, slots }, { after: now, now })) {
    if (paused || nextFree.length === 5) break;
    if (!held.has(at.getTime())) nextFree.push(iso(at));
  }
  const shown = claims.slice(0, 100);
  const posts = await em.find(
    Post,
    { id: { $in: shown.map((claim) => claim.postId) } },
    { fields: ["status"] },
  );
  const status = new Map(posts.map((post) => [post.id, post.status]));
  return {
    channelId,
    timeZone,
    slots,
    paused,
    nextFree,
    posts: shown.flatMap(({ postId, slotAt }) => {
      const its = status.get(postId);
      return its ? [{ postId, slotAt: iso(slotAt), status: its }] : [];
    }),
  };
}
