import type { KeyScope, Scope } from "#domain/permissions.ts";

/** Which scope lets somebody see events of a kind, by the first part of their type. What is not here nobody sees. */
const scopes: Record<string, KeyScope> = {
  post: "posts:read",
  target: "posts:read",
  series: "posts:read",
  agent: "agents:read",
  run: "agents:read",
  step: "agents:read",
  generation: "generations:read",
  asset: "assets:read",
  upload: "assets:read",
  connection: "connections:read",
  webhook: "webhooks:read",
  workspace: "usage:read",
};

/** The kinds of events that these scopes let somebody see, as the first parts of their types. */
export function kindsSeenWith(held: readonly Scope[]): string[] {
  return Object.entries(scopes).flatMap(([kind, scope]) => (held.includes(scope) ? [kind] : []));
}
