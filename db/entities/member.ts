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
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["workspaceId", "userId"] }],
});
export type Member = InferEntity<typeof Member>;
