import type { MikroORM } from "@mikro-orm/postgresql";
import { readCursor, type Cursor } from "./cursor.ts";
import { readNow } from "./read-events.ts";

/** Where a client goes on, from its Last-Event-ID; `unknown` when it names no place in this database. */
export async function findPlace(
  orm: MikroORM,
  input: { workspaceId: string; lastEventId: string | string[] | undefined },
): Promise<{ place: Cursor | undefined; unknown: boolean; now: Cursor }> {
  const { cursor: now, nextTransaction } = await readNow(orm, input.workspaceId);
  const place = readCursor(input.lastEventId);
  // Beyond what exists: the database was restored to an earlier state since.
  if (place && place.transaction <= nextTransaction) return { place, unknown: false, now };
  return { place: undefined, unknown: input.lastEventId !== undefined, now };
}
