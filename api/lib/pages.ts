import { z } from "zod";
import { Problem } from "#domain/errors.ts";

/** Query of every list. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(25),
  cursor: z.string().max(200).optional().describe("`nextCursor` of the page before"),
});

/** A page: `{data, nextCursor}`; `nextCursor` is null on the last one. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() });
}

/** Condition that goes on after the cursor, newest first. Ids are ordered by time. Throws Problem 422. */
export function afterCursor(cursor: string | undefined): { id?: { $lt: string } } {
  if (cursor === undefined) return {};
  return {
    id: { $lt: readCursor(cursor, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) },
  };
}

/** The same for rows that are counted and not only ordered by time. Throws Problem 422. */
export function afterSequence(cursor: string | undefined): { sequence?: { $lt: number } } {
  if (cursor === undefined) return {};
  return { sequence: { $lt: Number(readCursor(cursor, /^\d{1,15}$/)) } };
}

function readCursor(cursor: string, form: RegExp): string {
  const read = Buffer.from(cursor, "base64url").toString();
  if (form.test(read)) return read;
  throw new Problem({
    status: 422,
    code: "invalid_cursor",
    detail: "The cursor is not one of ours; start without.",
  });
}

/** Cuts rows that were read one more than asked into a page; `key` is what the cursor goes on after. */
export function toPage<Row extends { id: string }, Item>(
  rows: Row[],
  limit: number,
  view: (row: Row) => Item,
  key: (row: Row) => string = (row) => row.id,
): { data: Item[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    data: page.map(view),
    nextCursor: rows.length > limit && last ? Buffer.from(key(last)).toString("base64url") : null,
  };
}
