import type { MikroORM } from "@mikro-orm/postgresql";
import { inWorkspace } from "#db/orm.ts";
import type { Cursor } from "./cursor.ts";

/** How many events are read at once; what a stream holds in memory at most. */
export const eventsAtOnce = 200;

/** Which events of a workspace are asked for; each part that is given narrows. */
export interface EventFilter {
  /** First parts of types, for example `post`. */
  kinds: readonly string[];
  /** What types begin with, for example `post.` or `post.published`. */
  typePrefix?: string | undefined;
  subjectKind?: string | undefined;
  subjectId?: string | undefined;
}

/** An event as clients get it. */
export interface ToldEvent {
  cursor: Cursor;
  type: string;
  subjectKind: string;
  subjectId: string;
  createdAt: Date;
  data: Record<string, unknown>;
}

interface Row {
  transaction: string;
  sequence: string;
  type: string;
  subject_kind: string;
  subject_id: string;
  created_at: Date;
  data: Record<string, unknown>;
  settled: boolean;
}

/**
 * The workspace's events after the cursor, in the order of their telling, at most `eventsAtOnce`. `withheld` are more,
 * written already, that an older transaction under way might still precede: ask again soon. `full`: there may be more.
 */
export async function readEvents(
  orm: MikroORM,
  input: { workspaceId: string; after: Cursor; filter: EventFilter },
): Promise<{ events: ToldEvent[]; withheld: boolean; full: boolean }> {
  const { workspaceId, after, filter } = input;
  const conditions: [string, unknown][] = [
    ["split_part(type, '.', 1) = any(?::text[])", `{${filter.kinds.join(",")}}`],
    ...present("starts_with(type, ?)", filter.typePrefix),
    ...present("subject_kind = ?", filter.subjectKind),
    ...present("subject_id = ?", filter.subjectId),
  ];
  const rows = await inWorkspace(orm, workspaceId).execute<Row[]>(
    `select transaction, sequence, type, subject_kind, subject_id, created_at, data,
       transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint as settled
     from event
     where workspace_id = ? and (transaction, sequence) > (?::bigint, ?::bigint)
       -- What a restored dump brings along may be of transactions that this server has yet to begin.
       and transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
       and ${conditions.map(([sql]) => sql).join(" and ")}
     order by transaction, sequence limit ${eventsAtOnce}`,
    [workspaceId, after.transaction, after.sequence, ...conditions.map(([, value]) => value)],
  );
  const settled = rows.filter((row) => row.settled);
  return {
    events: settled.map(toEvent),
    withheld: settled.length < rows.length,
    full: settled.length === eventsAtOnce,
  };
}

/**
 * Where a stream that begins now begins: everything that commits from now on comes after it. And the first transaction
 * that does not exist yet: a cursor at or beyond it was given by another database.
 */
export async function readNow(
  orm: MikroORM,
  workspaceId: string,
): Promise<{ cursor: Cursor; nextTransaction: number }> {
  const [row] = await inWorkspace(orm, workspaceId).execute<{ xmin: string; xmax: string }[]>(
    `select pg_snapshot_xmin(pg_current_snapshot())::text as xmin,
       pg_snapshot_xmax(pg_current_snapshot())::text as xmax`,
  );
  return {
    cursor: { transaction: Number(row?.xmin ?? 0), sequence: 0 },
    nextTransaction: Number(row?.xmax ?? 0),
  };
}

function present(sql: string, value: string | undefined): [string, unknown][] {
  return value === undefined ? [] : [[sql, value]];
}

function toEvent(row: Row): ToldEvent {
  return {
    cursor: { transaction: Number(row.transaction), sequence: Number(row.sequence) },
    type: row.type,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    createdAt: new Date(row.created_at),
    data: row.data,
  };
}
