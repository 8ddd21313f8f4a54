/**
 * A place in the order in which events are told: that of the transactions that wrote them, and of their sequences
 * within one. Decision 10 says why sequences alone are no such order.
 */
export interface Cursor {
  transaction: number;
  sequence: number;
}

/** Before all events. */
export const beginning: Cursor = { transaction: 0, sequence: 0 };

/** As the `id` of a server-sent event. */
export function writeCursor({ transaction, sequence }: Cursor): string {
  return `${transaction}.${sequence}`;
}

/** Reads a `Last-Event-ID`; undefined where it is none that we gave. */
export function readCursor(header: string | string[] | undefined): Cursor | undefined {
  const match = typeof header === "string" ? /^(\d{1,15})\.(\d{1,15})$/.exec(header) : null;
  return match ? { transaction: Number(match[1]), sequence: Number(match[2]) } : undefined;
}
