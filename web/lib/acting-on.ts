import type { Need } from "#web/lib/api/types.ts";

type Action = Need["actions"][number];

/** What one must be allowed to do, for each of the ways to act. Looking is for everybody who sees it. */
const scopes: Record<Exclude<Action, "look">, string> = {
  resolve: "posts:publish",
  retry: "posts:publish",
  approve: "posts:approve",
  reject: "posts:approve",
  reconnect: "connections:write",
  cancel: "posts:write",
};

/** What somebody with these scopes can do about it. */
export function actionsOn(need: Need, held: readonly string[]): Action[] {
  return need.actions.filter((action) => action === "look" || held.includes(scopes[action]));
}

/** Whether it needs somebody with these scopes: who can only look is not called to. */
export function needsThem(need: Need, held: readonly string[]): boolean {
  return actionsOn(need, held).some((action) => action !== "look");
}
