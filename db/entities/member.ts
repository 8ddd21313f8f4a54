import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { MemberRole } from "#domain/states.ts";
import { memberSecurity, tenantProperties } from "./lib.ts";

export const Member = defineEntity({
  name: "Member",
  ...memberSecurity,
  properties: {
    ...tenantProperties,
    userId: p.uuid().index(),
    role: p.enum(["owner", "admin", "editor", "approver", "viewer"]).$type<MemberRole>(),
    /** Credits that they and their keys may reserve in a day of UTC; null for no limit of their own. */
    dailyCreditLimit: p.integer().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["workspaceId", "userId"] }],
  checks: [{ name: "member_daily_credit_limit", expression: "daily_credit_limit >= 0" }],
});
export type Member = InferEntity<typeof Member>;
