import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** An address of the workspace that is told of its events. */
export const WebhookEndpoint = defineEntity({
  name: "WebhookEndpoint",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    url: p.string().length(2000),
    description: p.string().length(200).nullable(),
    /** `*`, `post.*` or `post.published`. */
    eventTypes: p.json<string[]>(),
    status: p.enum(["active", "disabled"]),
    /** Why it is disabled, for people, where nobody asked for it. */
    problem: p.text().nullable(),
    /** The vault's envelope of the signing secret; opened by the activity that signs. */
    sealedSecret: p.text().lazy().hidden(),
    wrappedKey: p.text().lazy().hidden(),
    secretVersion: p.integer().default(1),
    /** The secret before the last rotation: messages carry its signature too, until then. */
    previousSealedSecret: p.text().nullable().lazy().hidden(),
    previousWrappedKey: p.text().nullable().lazy().hidden(),
    previousSecretUntil: instant().nullable(),
    /** Nothing was delivered since, though it was tried. */
    failingSince: instant().nullable(),
    createdBy: p.string().length(80),
    version: p.integer().default(1),
    updatedAt: instant()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
  uniques: [{ properties: ["workspaceId", "id"] }],
});
export type WebhookEndpoint = InferEntity<typeof WebhookEndpoint>;
