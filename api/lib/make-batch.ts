import { LockMode } from "@mikro-orm/core";
import { z } from "zod";
import { Queue } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import { postMachine } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
import type { Principal } from "../plugins/principal.ts";
import { createPosts } from "./create-posts.ts";
import { findWarnings, warnOfCuts, Warning } from "./find-warnings.ts";
import type { NewPost } from "./post-requests.ts";
import { Id } from "./responses.ts";
import { RowProblem, toRowProblem } from "./row-problem.ts";

const Row = z.int().min(1).describe("Counted from 1");

/** What became of many posts. */
export const Batch = z.object({
  dryRun: z.boolean().describe("Nothing was made: it says what would be"),
  created: z.array(
    z.object({
      row: Row,
      id: Id.nullable().describe("Null in a dry run"),
      externalId: z.string().nullable(),
      status: z.enum(postMachine.states),
    }),
  ),
  refused: z.array(z.object({ row: Row, problem: RowProblem })),
  warnings: z
    .array(
      Warning.omit({ postId: true }).extend({
        row: Row,
        postId: Id.nullable(),
        otherRow: Row.nullable(),
      }),
    )
    .describe("`postId` is the other post, or `otherRow` is, where it is one of these"),
});
export type Batch = z.infer<typeof Batch>;

/**
 * One of many posts: as it is asked for, or why it is none. `place` says where a pointer into the post is in what was
 * sent.
 */
export type BatchRow = { row: number } & (
  | { post: NewPost; place: (pointer: string) => string }
  | { problem: RowProblem }
);

/**
 * Writes all of the posts that can be, within the caller's transaction: each row is held against what a single post is
 * held against, and against the rows before it. Gives what of them is to be told to Temporal, and which go out without
 * approval.
 */
export async function makeBatch(
  context: ApiContext,
  em: EntityManager,
  { principal, rows }: { principal: Principal; rows: readonly BatchRow[] },
): Promise<Omit<Batch, "dryRun"> & { outboxIds: string[]; unapproved: string[] }> {
  const judged = namedOnce(rows);
  const sound = judged.filter((row) => "post" in row);
  const asked = sound.map(({ post }) => post);
  await lockQueues(em, asked);
  const made = await createPosts(context, em, { principal, asked });
  const answers = new Map(sound.map(({ row }, index) => [row, made[index]]));
  const created: (Batch["created"][number] & { id: string })[] = [];
  const refused: Batch["refused"] = [];
  const cuts: Batch["warnings"] = [];
  const outboxIds: string[] = [];
  const unapproved: string[] = [];
  for (const one of judged) {
    const { row } = one;
    if ("problem" in one) {
      refused.push({ row, problem: one.problem });
      continue;
    }
    const answer = answers.get(row);
    if (!answer) throw new Error("a row was neither made nor refused");
    if (answer instanceof Problem) {
      refused.push({ row, problem: toRowProblem(answer, one.place) });
      continue;
    }
    const { id, status, outboxId } = answer;
    cuts.push(
      ...warnOfCuts(answer.shortened).map((warning) => ({ row, ...warning, otherRow: null })),
    );
    created.push({ row, id, externalId: one.post.externalId ?? null, status });
    outboxIds.push(outboxId);
    if (one.post.approval === "none") unapproved.push(id);
  }
  return {
    created,
    refused,
    warnings: [...cuts, ...(await warningsOf(em, created))],
    outboxIds,
    unapproved,
  };
}

/** The queues that several rows may want are taken in one order, so that two batches never wait for each other. */
async function lockQueues(em: EntityManager, posts: readonly NewPost[]): Promise<void> {
  const queued = posts.filter(({ schedule }) => schedule.mode === "queue");
  const channelIds = queued.flatMap(({ targets }) => targets.map(({ channelId }) => channelId));
  if (channelIds.length === 0) return;
  await em.find(
    Queue,
    { channelId: { $in: [...new Set(channelIds)] } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { channelId: "asc" } },
  );
}

/** Of two rows with one name the second is refused, with the number of the first. */
function namedOnce(rows: readonly BatchRow[]): BatchRow[] {
  const names = new Map<string, number>();
  return rows.map((one) => {
    const name = "post" in one ? one.post.externalId : undefined;
    if (name === undefined) return one;
    const first = names.get(name);
    if (first === undefined) {
      names.set(name, one.row);
      return one;
    }
    const detail = `Row ${first} has this externalId too.`;
    const errors = [{ pointer: "/externalId", detail }];
    const problem = {
      status: 409,
      code: "external_id_taken" as const,
      detail,
      errors,
      existingId: null,
    };
    return { row: one.row, problem };
  });
}

async function warningsOf(
  em: EntityManager,
  created: readonly { row: number; id: string }[],
): Promise<Batch["warnings"]> {
  const rowOf = new Map(created.map(({ row, id }) => [id, row]));
  const found = await findWarnings(
    em,
    created.map(({ id }) => id),
  );
  return created.flatMap(({ row, id }) =>
    (found.get(id) ?? []).map((warning) => {
      const otherRow = rowOf.get(warning.postId ?? "") ?? null;
      return { row, ...warning, postId: otherRow === null ? warning.postId : null, otherRow };
    }),
  );
}
