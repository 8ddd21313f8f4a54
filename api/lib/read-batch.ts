import { describeIssue } from "../plugins/describe-issue.ts";
import { toErrors } from "../plugins/validate-request.ts";
import type { BatchRow } from "./make-batch.ts";
import { NewPost } from "./post-requests.ts";
import { toInvalidRow } from "./row-problem.ts";

/** Holds each row against the schema of a single post. */
export function readBatch(rows: readonly unknown[]): BatchRow[] {
  return rows.map((value, index) => readRow(value, index + 1));
}

/** One row, which is counted as `row`. `place` says where a pointer into the post is in what was sent. */
export function readRow(
  value: unknown,
  row: number,
  place: (pointer: string) => string = (pointer) => pointer,
): BatchRow {
  const read = NewPost.safeParse(value, { error: describeIssue });
  if (read.success) return { row, post: read.data, place };
  const errors = toErrors(read.error.issues).map(({ pointer, detail }) => ({
    pointer: place(pointer),
    detail,
  }));
  return { row, problem: toInvalidRow(errors) };
}
