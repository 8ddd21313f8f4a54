import { LockMode } from "@mikro-orm/core";
import { z } from "zod";
import { Notification, NotificationSettings, Post, User } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow, insertRowOnce } from "#db/insert-row.ts";
import { chatSealContext } from "#db/notification-chat.ts";
import type { EntityManager } from "#db/orm.ts";
import { stillNeeded } from "#db/still-needed.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { sealSecrets } from "#db/vault/seal.ts";
import { firstWords } from "#domain/first-words.ts";
import { Problem } from "#domain/errors.ts";
import type {
  NotificationChoices,
  NotificationKind,
  NotificationWay,
} from "#domain/notifications.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { checkWebhookAddress } from "../lib/check-webhook.ts";
import { EngineAnswer } from "../lib/engine-answer.ts";
import {
  Choices,
  NotificationSettingsView,
  NotificationView,
  viewNotification,
  viewNotificationSettings,
} from "../lib/notification-view.ts";
import { PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { readRows } from "../lib/read-rows.ts";
import { Id, responses } from "../lib/responses.ts";
import { afterUnseen } from "../lib/unseen-first.ts";
import { countTry } from "../lib/throttle.ts";
import { personOf } from "../plugins/access.ts";

/** Whoever makes many workspaces gets no more: nobody confirmed that the address or the chat is theirs. */
const testLimit = { kind: "notification-test", free: 5, windowSeconds: 3_600 };

/** What the signed-in member is told of in this workspace, and how. */
export const addNotificationRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/v1/notifications",
    config: { access: { session: true } },
    schema: {
      tags: ["notifications"],
      summary: "What you were told of: what you have not seen first, then the newest",
      querystring: z.strictObject({
        ...PageQuery.shape,
        seen: z
          .enum(["true", "false"])
          .optional()
          .describe("Only what was seen, or was not; both when absent"),
      }),
      response: responses({
        200: pageOf(NotificationView).extend({
          unseen: z.int(),
          unseenNeeded: z
            .int()
            .describe("How many of these still need somebody; of more than 100, the newest count"),
        }),
      }),
    },
    handler: async (request) => {
      const { workspaceId, userId } = personOf(request);
      const { limit, cursor, seen } = request.query;
      return readRows(context, workspaceId, async (em) => {
        const rows = await em.find(
          Notification,
          {
            userId,
            inConsole: true,
            ...(seen === undefined ? {} : { seenAt: seen === "true" ? { $ne: null } : null }),
            ...afterUnseen(cursor),
          },
          {
            orderBy: [{ seenAt: "desc nulls first" }, { id: "desc" }],
            limit: limit + 1,
          },
        );
        const needed = new Set((await stillNeeded(em, rows)).map(({ id }) => id));
        const abouts = await aboutPosts(em, rows);
        const page = toPage(
          rows,
          limit,
          (row) =>
            viewNotification(context, row, {
              needed: needed.has(row.id),
              about: abouts.get(row.subjectId) ?? null,
            }),
          (row) => `${row.seenAt ? row.seenAt.toISOString() : ""}|${row.id}`,
        );
        const own = { userId, inConsole: true, seenAt: null };
        const unseen = await em.count(Notification, own);
        const newest = await em.find(Notification, own, { orderBy: { id: "desc" }, limit: 100 });
        return { ...page, unseen, unseenNeeded: (await stillNeeded(em, newest)).length };
      });
    },
  });

  app.route({
    method: "POST",
    url: "/v1/notifications/seen",
    config: { access: { session: true } },
    schema: {
      tags: ["notifications"],
      summary: "Note that you have seen these, or all",
      body: z.strictObject({
        ids: z.array(Id).max(100).optional().describe("All that were not seen when absent"),
      }),
      response: responses({ 200: z.object({ unseen: z.int() }) }),
    },
    handler: async (request, reply) => {
      const { userId } = personOf(request);
      const { ids } = request.body;
      return accept(context, { request, reply }, { status: 200 }, async (em) => {
        const own = { userId, inConsole: true, seenAt: null };
        await em.nativeUpdate(
          Notification,
          { ...own, ...(ids ? { id: { $in: ids } } : {}) },
          { seenAt: context.now() },
        );
        return { body: { unseen: await em.count(Notification, own) } };
      });
    },
  });

  app.route({
    method: "GET",
    url: "/v1/notification-settings",
    config: { access: { session: true } },
    schema: {
      tags: ["notifications"],
      summary: "How you are told of what happens in this workspace",
      response: responses({ 200: NotificationSettingsView }),
    },
    handler: async (request) => {
      const { workspaceId, userId } = personOf(request);
      return readRows(context, workspaceId, async (em) =>
        viewNotificationSettings(context, await readSettings(em, userId)),
      );
    },
  });

  app.route({
    method: "PUT",
    url: "/v1/notification-settings",
    config: { access: { session: true } },
    schema: {
      tags: ["notifications"],
      summary: "Choose how you are told of what happens in this workspace",
      body: z.strictObject({
        choices: Choices.partial().optional().describe("By kind; what is left out stays as it is"),
        chatUrl: z
          .url({ protocol: /^https?$/ })
          .max(2_000)
          .nullable()
          .optional()
          .describe(
            "A chat's incoming webhook that takes {text}, as Slack's do; null forgets it. It is stored sealed and shown to nobody",
          ),
      }),
      response: responses({ 200: NotificationSettingsView }, ["address_refused"]),
    },
    handler: async (request, reply) => {
      const { workspaceId, userId } = personOf(request);
      const { choices, chatUrl } = request.body;
      const prepare = async () => {
        if (chatUrl) await checkWebhookAddress(context, chatUrl, "/chatUrl");
      };
      return accept(context, { request, reply }, { status: 200, prepare }, async (em) => {
        await insertRowOnce(em, NotificationSettings, { workspaceId, userId, choices: {} }, [
          "workspaceId",
          "userId",
        ]);
        const row = await em.findOneOrFail(
          NotificationSettings,
          { userId },
          { lockMode: LockMode.PESSIMISTIC_WRITE },
        );
        if (choices) row.choices = { ...row.choices, ...withoutAbsent(choices) };
        if (chatUrl === null) forgetChat(row);
        if (chatUrl) {
          row.chatVersion += 1;
          const { sealed, wrappedKey } = sealSecrets({
            keyRing: context.keyRing,
            context: chatSealContext(row),
            secrets: { url: chatUrl },
          });
          Object.assign(row, {
            sealedChatUrl: sealed,
            wrappedKey,
            chatHost: new URL(chatUrl).host.slice(0, 300),
            chatError: null,
          });
        }
        await em.flush();
        return { body: viewNotificationSettings(context, await readSettings(em, userId)) };
      });
    },
  });

  app.route({
    method: "POST",
    url: "/v1/notification-settings/test",
    config: { access: { session: true } },
    schema: {
      tags: ["notifications"],
      summary: "Have a test sent to you; what becomes of it is in the settings' lastError",
      description: "Five times an hour at most. E-mail goes to the address of your account alone.",
      body: z.strictObject({ way: z.enum(["email", "chat"]) }),
      response: responses({ 202: z.object({ engine: EngineAnswer }) }, [
        "way_not_set_up",
        "too_many_tries",
      ]),
    },
    handler: async (request, reply) => {
      const { workspaceId, userId } = personOf(request);
      const { way } = request.body;
      const prepare = async () => {
        const { settings } = await readRows(context, workspaceId, (em) => readSettings(em, userId));
        requireSetUp(way, { mail: context.mailConfigured ?? false, chat: settings?.chatHost });
        await countTry(context.orm, [{ ...testLimit, who: userId }]);
      };
      return accept(context, { request, reply }, { status: 202, prepare }, async (em) => {
        const cause = `test/${newId()}`;
        await insertRow(em, Notification, {
          workspaceId,
          userId,
          kind: "test",
          cause,
          eventType: "notification.test",
          subjectKind: "member",
          subjectId: userId,
          inConsole: false,
          [way]: "waiting",
        });
        const outboxIds = [
          await enqueue(em, {
            workspaceId,
            action: "wake",
            workflowType: "notifyMember",
            workflowId: `notify/${workspaceId}/${userId}`,
            input: { userId },
          }),
        ];
        return { body: {}, outboxIds };
      });
    },
  });
};

/** How the posts begin that people are told of, by id. */
async function aboutPosts(
  em: EntityManager,
  rows: readonly Notification[],
): Promise<Map<string, string>> {
  const ids = rows.filter((row) => row.subjectKind === "post").map((row) => row.subjectId);
  const posts = await em.find(Post, { id: { $in: ids } }, { fields: ["id", "content"] });
  return new Map(posts.map(({ id, content }) => [id, firstWords(content)]));
}

async function readSettings(
  em: EntityManager,
  userId: string,
): Promise<{ settings: NotificationSettings | null; email: string }> {
  const { email } = await em.findOneOrFail(User, { id: userId });
  return { settings: await em.findOne(NotificationSettings, { userId }), email };
}

/** Throws Problem 422 `way_not_set_up`. */
function requireSetUp(
  way: "email" | "chat",
  has: { mail: boolean; chat: string | null | undefined },
): void {
  if (way === "email" ? has.mail : has.chat) return;
  const detail =
    way === "email"
      ? "This installation has no mail server. Its operator sets SMTP_URL."
      : "You have named no chat. Send its webhook as chatUrl first.";
  throw new Problem({
    status: 422,
    code: "way_not_set_up",
    detail,
    errors: [{ pointer: "/way", detail }],
  });
}

function forgetChat(row: NotificationSettings): void {
  Object.assign(row, { sealedChatUrl: null, wrappedKey: null, chatHost: null, chatError: null });
}

function withoutAbsent(
  choices: Partial<Record<NotificationKind, NotificationWay[] | undefined>>,
): Partial<NotificationChoices> {
  return Object.fromEntries(
    Object.entries(choices).flatMap(([kind, ways]) => (ways ? [[kind, [...new Set(ways)]]] : [])),
  );
}
