import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { ConnectionStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

export const Connection = defineEntity({
  name: "Connection",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    platform: p.string().length(40),
    status: p
      .enum([
        "pending",
        "active",
        "expiring",
        "expired",
        "revoked",
        "invalid",
        "needs_reauthorization",
      ])
      .$type<ConnectionStatus>(),
    remoteAccountId: p.string().length(500).nullable(),
    name: p.string().length(300).nullable(),
    handle: p.string().length(300).nullable(),
    accountData: p.json<Record<string, string>>().nullable(),
    scopes: p.json<string[]>().nullable(),
    /** The vault's envelope of the secrets; opened inside the activity that needs them and nowhere else. */
    sealedSecrets: p.text().nullable().lazy().hidden(),
    /** The connection's data key, wrapped by the key ring. */
    wrappedKey: p.text().nullable().lazy().hidden(),
    secretsVersion: p.integer().default(0),
    expiresAt: instant().nullable(),
    refreshExpiresAt: instant().nullable(),
    begunBySession: p.uuid().nullable(),
    begunByKey: p.string().length(12).nullable(),
    /** Why it does not work, for people: the platform's own words where it gave any. */
    problem: p.text().nullable(),
    disconnectedAt: instant().nullable(),
    /** When the secrets were stored last. */
    authorizedAt: instant().nullable(),
    /** A person asked for a refresh that was not made yet. */
    refreshAskedAt: instant().nullable(),
    version: p.integer().default(1),
    updatedAt: instant()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
  uniques: [{ properties: ["workspaceId", "id"] }],
});
export type Connection = InferEntity<typeof Connection>;
