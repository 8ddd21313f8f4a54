/** Who may do what: scopes, and the roles that carry them. */
import type { MemberRole } from "./states.ts";

/** Scopes that an API key may be given. */
export const keyScopes = [
  "posts:read",
  "posts:write",
  /** Making anything public: publishing without approval, approving, publishing now, an agent on autopilot. */
  "posts:publish",
  "assets:read",
  "assets:write",
  "connections:read",
  "connections:write",
  "generations:read",
  "generations:write",
  "agents:read",
  "agents:write",
  "usage:read",
  "members:read",
  /** Inviting, changing roles, removing. */
  "members:write",
  "workspace:write",
  "audit:read",
  "api-keys:read",
  "api-keys:write",
  "webhooks:read",
  "webhooks:write",
] as const;
export type KeyScope = (typeof keyScopes)[number];

/** Everything that a route may ask for: the scopes, and approving, which members below `editor` may do. */
export type Scope = KeyScope | "posts:approve";

/** What only those who rule the workspace read. */
const rulersRead: readonly KeyScope[] = ["api-keys:read", "audit:read", "webhooks:read"];
const reads = keyScopes.filter((scope) => scope.endsWith(":read") && !rulersRead.includes(scope));
const writes: Scope[] = [
  "posts:write",
  "assets:write",
  "connections:write",
  "generations:write",
  "agents:write",
];

const editing: Scope[] = [...reads, ...writes, "posts:publish", "posts:approve"];
const ruling: Scope[] = [
  ...editing,
  "members:write",
  "workspace:write",
  ...rulersRead,
  "api-keys:write",
  "webhooks:write",
];

const byRole: Record<MemberRole, readonly Scope[]> = {
  viewer: reads,
  approver: [...reads, "posts:approve"],
  editor: editing,
  admin: ruling,
  owner: ruling,
};

/** Roles that rule the workspace: to give or take one asks for the password anew. */
export function rules(role: MemberRole): boolean {
  return role === "owner" || role === "admin";
}

/** True when a member of the role `by` may give, take or remove the role `of`: owners are made and unmade by owners alone. */
export function mayManage({ by, of }: { by: MemberRole; of: MemberRole }): boolean {
  return by === "owner" || (by === "admin" && of !== "owner");
}

/** What a member of this role may do. */
export function scopesOfRole(role: MemberRole): readonly Scope[] {
  return byRole[role];
}

/** What a key may do: its own scopes, as far as whoever made it still may. */
export function scopesOfKey(input: {
  scopes: readonly string[];
  creatorRole: MemberRole | undefined;
}): readonly Scope[] {
  if (!input.creatorRole) return [];
  const allowed = scopesOfRole(input.creatorRole);
  const granted = keyScopes.filter(
    (scope) => input.scopes.includes(scope) && allowed.includes(scope),
  );
  return granted.includes("posts:publish") ? [...granted, "posts:approve"] : granted;
}
