import { z } from "zod";
import type { Notification, NotificationSettings } from "#db/entities/index.ts";
import {
  completeChoices,
  notificationKinds,
  notificationPath,
  notificationTitle,
  notificationWays,
  type NotificationKind,
} from "#domain/notifications.ts";
import type { ApiContext } from "../context.ts";
import { Id, Instant, iso } from "./responses.ts";

export const NotificationView = z.object({
  id: Id,
  kind: z.enum([...notificationKinds, "test"]),
  title: z.string(),
  subject: z.object({ kind: z.string(), id: Id, name: z.string().nullable() }),
  about: z.string().nullable().describe("How the post begins, where it is about one"),
  needed: z
    .boolean()
    .describe("Whether it still is so; false once somebody decided, or it ended by itself"),
  url: z.string().describe("The console's page on which it is decided"),
  createdAt: Instant,
  seenAt: Instant.nullable(),
});

/** A notification as the API shows it. */
export function viewNotification(
  context: ApiContext,
  row: Notification,
  now: { needed: boolean; about: string | null },
): z.infer<typeof NotificationView> {
  const { subjectKind, subjectId } = row;
  const name = row.subjectName ?? null;
  const kind = row.kind as NotificationKind | "test";
  const subject = { kind, subjectKind, subjectId, name };
  return {
    id: row.id,
    kind,
    title: notificationTitle(subject),
    subject: { kind: subjectKind, id: subjectId, name },
    ...now,
    url: `${context.publicUrl}${notificationPath(subject)}`,
    createdAt: iso(row.createdAt),
    seenAt: iso(row.seenAt),
  };
}

const Ways = z.array(z.enum(notificationWays)).max(notificationWays.length);
const entries = notificationKinds.map((kind) => [kind, Ways] as const);
export const Choices = z.strictObject(
  Object.fromEntries(entries) as Record<NotificationKind, typeof Ways>,
);

const SendingError = z
  .object({ at: Instant, detail: z.string() })
  .nullable()
  .describe("Why the last message could not be sent; null once one was");

export const NotificationSettingsView = z.object({
  choices: Choices,
  email: z.object({
    available: z.boolean().describe("Whether this installation has a mail server"),
    address: z.string(),
    lastError: SendingError,
  }),
  chat: z.object({
    configured: z.boolean(),
    host: z.string().nullable(),
    lastError: SendingError,
  }),
});

/** How a member is told of things, as the API shows it to them. The chat's address is a secret and is not shown. */
export function viewNotificationSettings(
  context: ApiContext,
  input: { settings: NotificationSettings | null; email: string },
): z.infer<typeof NotificationSettingsView> {
  const { settings, email } = input;
  return {
    choices: completeChoices(settings?.choices),
    email: {
      available: context.mailConfigured ?? false,
      address: email,
      lastError: settings?.emailError ?? null,
    },
    chat: {
      configured: Boolean(settings?.chatHost),
      host: settings?.chatHost ?? null,
      lastError: settings?.chatError ?? null,
    },
  };
}
