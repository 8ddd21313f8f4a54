import { p } from "@mikro-orm/core";
import { v7 } from "uuid";

/** A new id: UUID version 7, so that ids sort by the time of their making. */
export function newId(): string {
  return v7();
}

/** When an id of ours was made; undefined for what is none. */
export function timeOfId(id: string): Date | undefined {
  const [, high, low] =
    /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/.exec(id) ?? [];
  // RFC 9562, 5.7: the first 48 bits are milliseconds since 1970.
  return high === undefined ? undefined : new Date(Number.parseInt(`${high}${low}`, 16));
}

/** `timestamptz` with milliseconds, which is what a JavaScript Date can hold. */
export const instant = () => p.datetime(3);

/** A tenant's row: an id, the workspace that owns it, and when it was made. */
export const tenantProperties = {
  id: p.uuid().primary().onCreate(newId),
  workspaceId: p.uuid().index(),
  createdAt: instant().onCreate(() => new Date()),
};

// `nullif` because a setting that was local to an earlier transaction of this session reads as '' and not as null.
const currentWorkspace = "nullif(current_setting('app.workspace_id', true), '')::uuid";
const currentUser = "nullif(current_setting('app.user_id', true), '')::uuid";

/** Rows of the workspace that the session names, and no others; without a workspace, none. */
export const tenantSecurity = {
  rowLevelSecurity: "force" as const,
  policies: [
    {
      name: "tenant",
      using: (columns: Record<string, string>) => `${columns["workspaceId"]} = ${currentWorkspace}`,
      check: (columns: Record<string, string>) => `${columns["workspaceId"]} = ${currentWorkspace}`,
    },
  ],
};

/** A membership is also visible to the person it belongs to, so that they can find their workspaces. */
export const memberSecurity = {
  rowLevelSecurity: "force" as const,
  policies: [
    ...tenantSecurity.policies,
    {
      name: "own",
      command: "select" as const,
      using: (columns: Record<string, string>) => `${columns["userId"]} = ${currentUser}`,
    },
  ],
};
