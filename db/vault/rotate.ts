import { LockMode } from "@mikro-orm/core";
import type { MikroORM } from "@mikro-orm/postgresql";
import { Connection, Workspace } from "../entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "../orm.ts";
import type { KeyRing } from "./key-ring.ts";
import { wrapContext } from "./envelope.ts";

const pauseMs = 100;

/**
 * `rewrapDataKeys`, and once more when every transaction that is at work now has ended: one that began before the ring
 * was changed may still commit what it sealed under the old key. Afterwards no data key needs an old one.
 */
export async function rewrapAllDataKeys(input: {
  orm: MikroORM;
  keyRing: KeyRing;
}): Promise<number> {
  const em = outsideWorkspaces(input.orm);
  const [clock] = await em.execute<{ now: string }[]>("select clock_timestamp()::text as now");
  const first = await rewrapDataKeys(input);
  const older = async () => {
    // The service sees its own role's transactions, and nobody else writes these rows.
    const [row] = await em.execute<{ count: number }[]>(
      `select count(*)::int as count from pg_stat_activity
       where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
         and xact_start < ?::timestamptz`,
      [clock?.now],
    );
    return row?.count ?? 0;
  };
  while ((await older()) > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  return first + (await rewrapDataKeys(input));
}

/**
 * Wraps every connection's data key under the ring's active key. The secrets themselves are not opened. May be
 * repeated and interrupted; returns how many were wrapped anew.
 */
export async function rewrapDataKeys(input: { orm: MikroORM; keyRing: KeyRing }): Promise<number> {
  const workspaces = await outsideWorkspaces(input.orm).find(Workspace, {}, { fields: ["id"] });
  let count = 0;
  for (const workspace of workspaces) {
    await inWorkspace(input.orm, workspace.id).transactional(async (em) => {
      const connections = await em.find(
        Connection,
        { wrappedKey: { $ne: null } },
        { lockMode: LockMode.PESSIMISTIC_WRITE, populate: ["wrappedKey"], orderBy: { id: "asc" } },
      );
      for (const connection of connections) {
        const wrapped = connection.wrappedKey;
        if (!wrapped || input.keyRing.wrappingKeyId(wrapped) === input.keyRing.activeId) continue;
        const context = wrapContext({
          workspaceId: workspace.id,
          connectionId: connection.id,
          field: "",
          version: 0,
        });
        const dataKey = input.keyRing.unwrap(wrapped, context);
        connection.wrappedKey = input.keyRing.wrap(dataKey, context);
        dataKey.fill(0);
        count += 1;
      }
    });
  }
  return count;
}
