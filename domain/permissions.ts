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
  "api-keys:read",
  "api-keys:write",
] as const;
export type KeyScope = (typeof keyScopes)[number];

/** Everything that a route may ask for: the scopes, and approving, which members below `editor` may do. */
export type Scope = KeyScope | "posts:approve";

const reads = keyScopes.filter((scope) => scope.endsWith(":read") && scope !== "api-keys:read");
const writes: Scope[] = [
  "posts:write",
  "assets:write",
  "connections:write",
  "generations:write",
  "agents:write",
];

const byRole: Record<MemberRole, readonly Scope[]> = {
  viewer: reads,
  approver: [...reads, "posts:approve"],
  editor: [...reads, ...writes, "posts:publish", "posts:approve"],
  admin: [...reads, ...writes, "posts:publish", "posts:approve", "api-keys:read", "api-keys:write"],
  owner: [...reads, ...writes, "posts:publish", "posts:approve", "api-keys:read", "api-keys:write"],
};

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
