import type { AgentRole } from "#agents/contract.ts";
import { planner } from "./planner/index.ts";
import { writer } from "./writer/index.ts";

export const roles: readonly AgentRole[] = [planner, writer];

/** The role of this name. Throws when there is none, listing those that there are. */
export function findRole(name: string): AgentRole {
  const role = roles.find((known) => known.name === name);
  if (role !== undefined) return role;
  throw new Error(
    `There is no role "${name}". There are: ${roles.map((known) => known.name).join(", ")}.`,
  );
}
