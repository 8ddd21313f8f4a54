import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { instant, newId } from "./lib.ts";

/** A signed-in browser. The token is in the cookie alone; here is its SHA-256. */
export const Session = defineEntity({
  name: "Session",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    tokenHash: p.string().length(64).unique(),
    userId: p.uuid().index(),
    workspaceId: p.uuid().index(),
    createdAt: instant().onCreate(() => new Date()),
    lastSeenAt: instant(),
    /** Ends for good then, however busy it is. */
    expiresAt: instant(),
    /** When the password was last given. */
    authenticatedAt: instant(),
    revokedAt: instant().nullable(),
    userAgent: p.string().length(400).nullable(),
    address: p.string().length(64).nullable(),
  },
});
export type Session = InferEntity<typeof Session>;
