import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { MemberRole } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** A link that makes whoever holds it, and the account of this e-mail address, a member. The token is in the link alone. */
export const Invitation = defineEntity({
  name: "Invitation",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    /** Lower case. */
    email: p.string().length(320),
    role: p.enum(["owner", "admin", "editor", "approver", "viewer"]).$type<MemberRole>(),
    /** SHA-256 of the token, hex. */
    tokenHash: p.string().length(64).unique(),
    invitedBy: p.uuid(),
    /** The key that made it, where no person did: revoking that one revokes this. */
    madeByKey: p.string().length(12).nullable(),
    expiresAt: instant(),
    acceptedAt: instant().nullable(),
    revokedAt: instant().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }],
});
export type Invitation = InferEntity<typeof Invitation>;
