import { ApplicationFailure, Context } from "@temporalio/activity";
import type { MessageStatus } from "#db/entities/notification.ts";
import {
  Member,
  Notification,
  NotificationSettings,
  User,
  WorkspaceDetails,
} from "#db/entities/index.ts";
import { insertRowOnce } from "#db/insert-row.ts";
import { chatSealContext } from "#db/notification-chat.ts";
import { inWorkspace, outsideWorkspaces, type EntityManager } from "#db/orm.ts";
import { stillNeeded } from "#db/still-needed.ts";
import { openSecrets } from "#db/vault/open.ts";
import { cut } from "#domain/cut.ts";
import { nextMessageMove, type WaitingMessage } from "#domain/next-message-move.ts";
import type { NotificationKind, NotificationSubject } from "#domain/notifications.ts";
import type { MemberIds } from "#workflows/ids.ts";
import type { MessageActivities, NotificationActivities } from "#workflows/notify-member.ts";
import type { ActivityDeps } from "./deps.ts";
import { notificationMessage, type NotificationMessage } from "./lib/notification-message.ts";
import { postMessage } from "./lib/post-message.ts";

type Way = "email" | "chat";

/** What `notifyMember` asks for. */
export function createNotificationActivities(
  deps: ActivityDeps,
): NotificationActivities & MessageActivities {
  return {
    async nextNotificationMove({ now, ...ids }) {
      return inWorkspace(deps.orm, ids.workspaceId).transactional(async (em) => {
        const rows = await waitingRows(em, ids);
        if (rows.length === 0) return { kind: "done" };
        // Who left is told nothing.
        if ((await em.count(Member, { userId: ids.userId })) === 0) {
          for (const way of ["email", "chat"] as const) await mark(em, rows, way, "not_needed");
          return { kind: "done" };
        }
        const settings = await em.findOne(NotificationSettings, { userId: ids.userId });
        const moveOf = (way: Way) =>
          nextMessageMove({
            waiting: rows.filter((row) => row[way] === "waiting").map(asWaiting),
            errorAt: settings?.[`${way}Error`]?.at,
            now,
          });
        const [email, chat] = [moveOf("email"), moveOf("chat")];
        for (const [way, move] of [
          ["email", email],
          ["chat", chat],
        ] as const)
          await mark(
            em,
            rows.filter((row) => move.givenUp.includes(row.id)),
            way,
            "failed",
          );
        if (email.dueAt === undefined && chat.dueAt === undefined) return { kind: "done" };
        const isDue = (at: number | undefined) => at !== undefined && at <= now;
        if (isDue(email.dueAt) || isDue(chat.dueAt))
          return { kind: "send", email: isDue(email.dueAt), chat: isDue(chat.dueAt) };
        return { kind: "wait", until: Math.min(email.dueAt ?? Infinity, chat.dueAt ?? Infinity) };
      });
    },

    sendEmailNotifications: (ids) =>
      sendBy(deps, ids, "email", async (message, { rows }) => {
        const user = await outsideWorkspaces(deps.orm).findOneOrFail(User, { id: ids.userId });
        if (!deps.mailer)
          throw new NotSetUp("This installation has no mail server: SMTP_URL is not set.");
        const host = URL.parse(publicUrlOf(deps))?.hostname ?? "localhost";
        await deps.mailer.send({
          to: user.email,
          subject: message.subject,
          text: message.text,
          html: message.html,
          messageId: `<${rows.at(-1)?.id}.${rows.length}@${host}>`,
        });
      }),

    sendChatNotifications: (ids) =>
      sendBy(deps, ids, "chat", async (message) => {
        const posted = await postMessage({
          fetch: deps.fetch,
          url: await openChatUrl(deps, ids),
          headers: {},
          body: JSON.stringify({ text: message.chat }),
          signal: Context.current().cancellationSignal,
        });
        if (posted.httpStatus !== undefined && posted.httpStatus < 300) return;
        const answer = posted.answer ? `: ${posted.answer}` : "";
        const said = posted.error ?? `The chat answered ${posted.httpStatus}${answer}`;
        // The address was taken back there: asking again would never be answered otherwise.
        if ([401, 403, 404, 410].includes(posted.httpStatus ?? 0)) throw new NotSetUp(said);
        throw new Error(said);
      }),
  };
}

/** Nothing that passes by itself: what waits is not tried again. */
class NotSetUp extends Error {
  override name = "NotSetUp";
}

interface Batch {
  rows: Notification[];
}

/** Sends what waits to go out by one way, in one message, and notes it, or why not. */
async function sendBy(
  deps: ActivityDeps,
  ids: MemberIds,
  way: Way,
  send: (message: NotificationMessage, batch: Batch) => Promise<void>,
): Promise<void> {
  const em = inWorkspace(deps.orm, ids.workspaceId);
  const rows = (await waitingRows(em, ids)).filter((row) => row[way] === "waiting");
  const needed = await stillNeeded(em, rows);
  await mark(
    em,
    rows.filter((row) => !needed.includes(row)),
    way,
    "not_needed",
  );
  if (needed.length === 0) return;
  const workspace = await em.findOneOrFail(WorkspaceDetails, { id: ids.workspaceId });
  const message = notificationMessage({
    subjects: needed.map(subjectOf),
    workspaceName: workspace.name,
    publicUrl: publicUrlOf(deps),
  });
  try {
    await send(message, { rows: needed });
  } catch (error) {
    Context.current().cancellationSignal.throwIfAborted();
    const detail = cut(error instanceof Error ? error.message : String(error), 300);
    await noteError(em, ids, way, { at: deps.now().toISOString(), detail });
    if (error instanceof NotSetUp) {
      await mark(em, needed, way, "failed");
      return;
    }
    deps.logger.warn({ way, err: error }, "a notification could not be sent");
    throw ApplicationFailure.retryable("the notification could not be sent", "NotSent");
  }
  await mark(em, needed, way, "sent");
  await noteError(em, ids, way, null);
}

function waitingRows(em: EntityManager, ids: MemberIds): Promise<Notification[]> {
  return em.find(
    Notification,
    { userId: ids.userId, $or: [{ email: "waiting" }, { chat: "waiting" }] },
    { orderBy: { id: "asc" }, limit: 500, refresh: true },
  );
}

function asWaiting(row: Notification): WaitingMessage {
  return { id: row.id, at: row.createdAt.getTime(), isTest: row.kind === "test" };
}

function subjectOf(row: Notification): NotificationSubject {
  return {
    kind: row.kind as NotificationKind | "test",
    subjectKind: row.subjectKind,
    subjectId: row.subjectId,
    name: row.subjectName ?? null,
  };
}

async function mark(
  em: EntityManager,
  rows: Notification[],
  way: Way,
  status: MessageStatus,
): Promise<void> {
  if (rows.length === 0) return;
  await em.nativeUpdate(
    Notification,
    { id: { $in: rows.map((row) => row.id) }, [way]: "waiting" },
    { [way]: status },
  );
}

async function noteError(
  em: EntityManager,
  ids: MemberIds,
  way: Way,
  error: { at: string; detail: string } | null,
): Promise<void> {
  if (error)
    await insertRowOnce(em, NotificationSettings, { ...ids, choices: {} }, [
      "workspaceId",
      "userId",
    ]);
  await em.nativeUpdate(NotificationSettings, { userId: ids.userId }, { [`${way}Error`]: error });
}

async function openChatUrl(deps: ActivityDeps, ids: MemberIds): Promise<string> {
  const settings = await inWorkspace(deps.orm, ids.workspaceId).findOne(
    NotificationSettings,
    { userId: ids.userId },
    { populate: ["sealedChatUrl", "wrappedKey"] },
  );
  if (!settings?.sealedChatUrl || !settings.wrappedKey)
    throw new NotSetUp("No chat is set up. Name its webhook in your settings.");
  const { url } = openSecrets({
    keyRing: deps.keyRing,
    context: chatSealContext(settings),
    sealed: settings.sealedChatUrl,
    wrappedKey: settings.wrappedKey,
  });
  return url ?? "";
}

function publicUrlOf(deps: ActivityDeps): string {
  return deps.publicUrl ?? "http://127.0.0.1:8080";
}
