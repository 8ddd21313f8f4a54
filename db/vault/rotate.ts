import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { Workspace } from "../entities/index.ts";
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

/** Every column that holds a data key, wrapped by the ring; the row's id is its owner's. */
export const wrappedKeyColumns = [
  { table: "connection", column: "wrapped_key" },
  { table: "notification_settings", column: "wrapped_key" },
  { table: "provider_credentials", column: "wrapped_key" },
  { table: "webhook_endpoint", column: "wrapped_key" },
  { table: "webhook_endpoint", column: "previous_wrapped_key" },
] as const;

/**
 * Wraps every data key under the ring's active key. The secrets themselves are not opened. May be repeated and
 * interrupted; returns how many were wrapped anew.
 */
export async function rewrapDataKeys(input: { orm: MikroORM; keyRing: KeyRing }): Promise<number> {
  const workspaces = await outsideWorkspaces(input.orm).find(Workspace, {}, { fields: ["id"] });
  let count = 0;
  for (const { id: workspaceId } of workspaces) {
    await inWorkspace(input.orm, workspaceId).transactional(async (em) => {
      for (const place of wrappedKeyColumns)
        count += await rewrapColumn(em, { ...place, workspaceId, keyRing: input.keyRing });
    });
  }
  return count;
}

async function rewrapColumn(
  em: EntityManager,
  input: { table: string; column: string; workspaceId: string; keyRing: KeyRing },
): Promise<number> {
  const { table, column, workspaceId, keyRing } = input;
  const rows = await em.execute<{ id: string; wrapped: string }[]>(
    `select id, ${column} as wrapped from ${table} where ${column} is not null order by id for update`,
  );
  let count = 0;
  for (const { id, wrapped } of rows) {
    if (keyRing.wrappingKeyId(wrapped) === keyRing.activeId) continue;
    const context = wrapContext({ workspaceId, ownerId: id, field: "", version: 0 });
    const dataKey = keyRing.unwrap(wrapped, context);
    const anew = keyRing.wrap(dataKey, context);
    dataKey.fill(0);
    await em.execute(`update ${table} set ${column} = ? where id = ?`, [anew, id]);
    count += 1;
  }
  return count;
}
