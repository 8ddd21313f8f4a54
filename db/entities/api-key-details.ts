import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** What a person sees and decides of an API key. */
export const ApiKeyDetails = defineEntity({
  name: "ApiKeyDetails",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    keyId: p.string().length(12).unique(),
    name: p.string().length(200),
    scopes: p.json<string[]>(),
    prefix: p.string().length(40),
    lastFour: p.string().length(4),
    createdBy: p.uuid(),
    /** The key that made it, where no person did: revoking that one revokes this. */
    madeByKey: p.string().length(12).nullable(),
    expiresAt: instant().nullable(),
    revokedAt: instant().nullable(),
    lastUsedAt: instant().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }],
});
export type ApiKeyDetails = InferEntity<typeof ApiKeyDetails>;
