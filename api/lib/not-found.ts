import { Problem } from "#domain/errors.ts";

/** The row, or Problem 404: what is another workspace's is not there. */
export function found<T>(row: T | null | undefined, what: string): T {
  if (row === null || row === undefined) {
    throw new Problem({ status: 404, code: "not_found", detail: `There is no such ${what}.` });
  }
  return row;
}
