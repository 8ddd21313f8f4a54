import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { ProviderCredentialsStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** Why a key could not be used. */
export interface ProviderKeyProblem {
  code: string;
  detail: string;
}

/**
 * A workspace's own key of an AI provider, by the state of its check: at most one that is `ok`, which is used, and at most one
 * that is being checked. What of one that `failed` is left is why.
 */
export const ProviderCredentials = defineEntity({
  name: "ProviderCredentials",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    provider: p.string().length(40),
    status: p.enum(["checking", "ok", "failed"]).$type<ProviderCredentialsStatus>(),
    /** The vault's envelope of the key and what goes with it; opened by the activity that asks the provider. */
    sealedSecrets: p.text().nullable().lazy().hidden(),
    wrappedKey: p.text().nullable().lazy().hidden(),
    /** Of the server that it is for, where that is not the provider's own. */
    host: p.string().length(300).nullable(),
    /** The models that it sees, as far as the provider lists them. */
    models: p.json<string[]>(),
    problem: p.json<ProviderKeyProblem>().nullable(),
    checkedAt: instant().nullable(),
    /** `user:<id>` or `key:<id>`. */
    createdBy: p.string().length(80),
    /** From where it was given. */
    address: p.string().length(64).nullable(),
  },
  uniques: [
    { properties: ["workspaceId", "id"] },
    { properties: ["workspaceId", "provider", "status"] },
  ],
});
export type ProviderCredentials = InferEntity<typeof ProviderCredentials>;
