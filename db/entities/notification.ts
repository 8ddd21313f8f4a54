import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** How far a message by one way is. */
export type MessageStatus = "none" | "waiting" | "sent" | "failed" | "not_needed";

const messageStatus = () =>
  p.enum(["none", "waiting", "sent", "failed", "not_needed"]).$type<MessageStatus>();

/** Something that one member is told of, once per cause. */
export const Notification = defineEntity({
  name: "Notification",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    userId: p.uuid(),
    kind: p.string().length(40),
    /** What it is about this time: the same row in another episode is another cause. */
    cause: p.string().length(200),
    eventType: p.string().length(80),
    subjectKind: p.string().length(40),
    subjectId: p.uuid(),
    /** What people know the subject by: the name of its channels, account or agent. */
    subjectName: p.string().length(300).nullable(),
    inConsole: p.boolean(),
    seenAt: instant().nullable(),
    email: messageStatus().default("none"),
    chat: messageStatus().default("none"),
  },
  uniques: [
    { properties: ["workspaceId", "id"] },
    { properties: ["workspaceId", "userId", "kind", "cause"] },
  ],
  indexes: [
    { properties: ["workspaceId", "userId", "createdAt"] },
    {
      name: "notification_waiting",
      properties: ["workspaceId", "userId"],
      where: "email = 'waiting' or chat = 'waiting'",
    },
  ],
});
export type Notification = InferEntity<typeof Notification>;
