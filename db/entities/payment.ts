import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { PaymentStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** Credits that somebody began to buy, as they were sold then. Who paid how, only the provider knows. */
export const Payment = defineEntity({
  name: "Payment",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    /** Who takes the money, as `stripe`. */
    provider: p.string().length(40),
    /** The provider's own name of the checkout. */
    remoteId: p.string().length(255),
    pack: p.string().length(40),
    credits: p.integer(),
    /** Of the currency's smallest unit. */
    amount: p.integer(),
    currency: p.string().length(3),
    status: p.enum(["open", "paid", "failed", "expired"]).$type<PaymentStatus>().default("open"),
    /** `user:<id>` or `key:<id>`. */
    createdBy: p.string().length(80),
    endedAt: instant().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["provider", "remoteId"] }],
});
export type Payment = InferEntity<typeof Payment>;
