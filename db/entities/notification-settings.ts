import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { NotificationChoices } from "#domain/notifications.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** Why a message could not be sent, and when. */
export interface SendingError {
  at: string;
  detail: string;
}

/** How one member of a workspace is told of what happens in it. Absent where they chose nothing. */
export const NotificationSettings = defineEntity({
  name: "NotificationSettings",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    userId: p.uuid(),
    choices: p.json<Partial<NotificationChoices>>(),
    /** The vault's envelope of the chat webhook's address, which is a secret: who knows it may write there. */
    sealedChatUrl: p.text().nullable().lazy().hidden(),
    wrappedKey: p.text().nullable().lazy().hidden(),
    chatVersion: p.integer().default(0),
    /** The address's host, to tell people which one it is. */
    chatHost: p.string().length(300).nullable(),
    emailError: p.json<SendingError>().nullable(),
    chatError: p.json<SendingError>().nullable(),
    updatedAt: instant()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["workspaceId", "userId"] }],
});
export type NotificationSettings = InferEntity<typeof NotificationSettings>;
