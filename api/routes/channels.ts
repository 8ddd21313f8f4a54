import { LockMode } from "@mikro-orm/core";
import { z } from "zod";
import { Channel, Connection, Post, Target } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { askForApproval } from "#db/post-changes.ts";
import { recordAudit } from "#db/record-audit.ts";
import { ChannelDefaults } from "#domain/schemas/channel-defaults.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { ChannelView, viewChannel } from "../lib/channel-view.ts";
import { EngineAnswer } from "../lib/engine-answer.ts";
import { found } from "../lib/not-found.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { readRows } from "../lib/read-rows.ts";
import { IdParams, responses } from "../lib/responses.ts";
import { principalOf, requireScope } from "../plugins/access.ts";

const Group = z.string().trim().min(1).max(120);

const locked = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;

/** What may be changed of a channel. What is absent stays. */
const ChannelChange = z
  .strictObject({
    requiresApproval: z.boolean().optional(),
    group: Group.nullable().optional(),
    defaults: ChannelDefaults.nullable().optional().describe("Replaced as a whole"),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    message: "changes nothing",
  });

/** Channels: their group, what they add to posts, and whether they ask for approval. */
export const addChannelRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/v1/channels",
    config: { access: { scope: "connections:read" } },
    schema: {
      tags: ["connections"],
      summary: "List the channels of all connected accounts, newest first",
      querystring: PageQuery.extend({
        group: Group.optional(),
        platform: z.string().max(40).optional(),
      }),
      response: responses({ 200: pageOf(ChannelView) }),
    },
    handler: async (request) => {
      const { limit, cursor, group, platform } = request.query;
      return readRows(context, principalOf(request).workspaceId, async (em) => {
        const connected = await em.find(
          Connection,
          { disconnectedAt: null, status: { $ne: "pending" } },
          { fields: ["id"] },
        );
        const rows = await em.find(
          Channel,
          {
            ...afterCursor(cursor),
            connectionId: { $in: connected.map(({ id }) => id) },
            ...(group === undefined ? {} : { group }),
            ...(platform === undefined ? {} : { platform }),
          },
          { orderBy: { id: "desc" }, limit: limit + 1 },
        );
        return toPage(rows, limit, viewChannel);
      });
    },
  });

  app.route({
    method: "PATCH",
    url: "/v1/channels/:id",
    config: { access: { scope: "connections:write" } },
    schema: {
      tags: ["connections"],
      summary: "Change a channel's group, its defaults, or whether it asks for approval",
      description:
        "`requiresApproval` needs the scope `workspace:write` too, so that owners and admins alone decide it. What was to go out here without approval then asks for it; what was approved stays so. Other defaults count for posts that are made or edited from then on.",
      params: IdParams,
      body: ChannelChange,
      response: responses({ 200: ChannelView.extend({ engine: EngineAnswer }) }, ["not_found"]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { workspaceId, actor } = principal;
      const { requiresApproval, group, defaults } = request.body;
      if (requiresApproval !== undefined) requireScope(principal, "workspace:write");
      return accept(context, { request, reply }, { status: 200 }, async (em) => {
        const channel = await lockChannel(em, request.params.id);
        const outboxIds: string[] = [];
        const asks =
          requiresApproval !== undefined && channel.requiresApproval !== requiresApproval;
        if (asks) {
          channel.requiresApproval = requiresApproval;
          await em.flush();
          // Before the first line of the log: whoever holds that waits for nothing else.
          if (requiresApproval) outboxIds.push(...(await holdBack(em, channel)));
        }
        if (group !== undefined) channel.group = group;
        if (defaults !== undefined) channel.defaults = defaults;
        if (group !== undefined || defaults !== undefined) {
          await em.flush();
          await recordAudit(em, {
            workspaceId,
            actor,
            action: "channel.changed",
            subject: `channel:${channel.id}`,
            address: request.ip,
            detail: { group: group !== undefined, defaults: defaults !== undefined },
          });
        }
        if (asks) {
          await recordAudit(em, {
            workspaceId,
            actor,
            action: "channel.approval-changed",
            subject: `channel:${channel.id}`,
            address: request.ip,
            detail: { requiresApproval },
          });
        }
        return { body: viewChannel(channel), outboxIds, subjectId: channel.id };
      });
    },
  });
};

/** What belongs to an account that was disconnected is not there any more. */
async function lockChannel(em: EntityManager, id: string): Promise<Channel> {
  const channel = found(await em.findOne(Channel, { id }, locked), "channel");
  const present = { id: channel.connectionId, disconnectedAt: null };
  found(await em.findOne(Connection, present), "channel");
  return channel;
}

/**
 * Asks for approval of every post that was to go out to the channel without. Returns what their workflows are to be
 * told. A post that is being made right now is met at the gate.
 */
async function holdBack(em: EntityManager, channel: Channel): Promise<string[]> {
  const open = { $in: ["pending" as const, "preparing" as const, "blocked" as const] };
  const targets = await em.find(Target, { channelId: channel.id, status: open });
  const waiting = await em.find(
    Post,
    {
      id: { $in: targets.map((target) => target.postId) },
      approval: "none",
      status: { $in: ["scheduled", "preparing", "blocked"] },
    },
    { ...locked, orderBy: { id: "asc" } },
  );
  const outboxIds: string[] = [];
  for (const post of waiting) {
    if (!(await askForApproval(em, post))) continue;
    const { workspaceId } = post;
    await em.flush();
    outboxIds.push(
      await enqueue(em, { workspaceId, action: "signal", workflowId: `post/${post.id}` }),
    );
  }
  return outboxIds;
}
