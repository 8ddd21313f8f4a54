import { Problem } from "#domain/errors.ts";

/**
 * Condition that goes on after the cursor where what was not seen comes first, then what was seen last; each newest first.
 * The cursor's text is when it was seen, if it was, and its id. Throws Problem 422.
 */
export function afterUnseen(cursor: string | undefined): object {
  if (cursor === undefined) return {};
  const match =
    /^(2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)?\|([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
      Buffer.from(cursor, "base64url").toString(),
    );
  const [, seen, id] = match ?? [];
  if (id === undefined || (seen !== undefined && Number.isNaN(Date.parse(seen)))) {
    throw new Problem({
      status: 422,
      code: "invalid_cursor",
      detail: "The cursor is not one of ours; start without.",
    });
  }
  if (seen === undefined)
    return { $or: [{ seenAt: null, id: { $lt: id } }, { seenAt: { $ne: null } }] };
  const at = new Date(seen);
  return { $or: [{ seenAt: { $lt: at } }, { seenAt: at, id: { $lt: id } }] };
}
