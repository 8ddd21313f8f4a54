import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { instant } from "./lib.ts";

/** A begun authorization. The state itself is in the browser's address alone; here is its SHA-256. */
export const OauthState = defineEntity({
  name: "OauthState",
  properties: {
    stateHash: p.string().length(64).primary(),
    workspaceId: p.uuid().index(),
    platform: p.string().length(40),
    connectionId: p.uuid(),
    /** Whoever began it: the callback must carry this session, or this key must confirm. */
    sessionId: p.uuid().nullable(),
    apiKeyId: p.string().length(12).nullable(),
    createdAt: instant().onCreate(() => new Date()),
    expiresAt: instant(),
    usedAt: instant().nullable(),
  },
});
export type OauthState = InferEntity<typeof OauthState>;
