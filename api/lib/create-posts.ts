import { LockMode } from "@mikro-orm/core";
import { z } from "zod";
import { Post, Queue } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import { postMachine } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
import type { Principal } from "../plugins/principal.ts";
import { createPost } from "./create-post.ts";
import { lockNames } from "./external-id.ts";
import { findWarnings, Warning } from "./find-warnings.ts";
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

/** One of many posts: as it is asked for, or why it is none. */
export type BatchRow = { row: number } & ({ post: NewPost } | { problem: RowProblem });

/**
 * Writes all of the posts that can be, within the caller's transaction: each row is held against what a single post is
 * held against, and against the rows before it. Gives what of them is to be told to Temporal, and which go out without
 * approval. Every refusal of a row comes before anything of it is written.
 */
export async function createPosts(
  context: ApiContext,
  em: EntityManager,
  { principal, rows }: { principal: Principal; rows: readonly BatchRow[] },
): Promise<Omit<Batch, "dryRun"> & { outboxIds: string[]; unapproved: string[] }> {
  await lockAhead(em, rows);
  const created: (Batch["created"][number] & { id: string })[] = [];
  const refused: Batch["refused"] = [];
  const outboxIds: string[] = [];
  const unapproved: string[] = [];
  const names = new Map<string, number>();
  for (const { row, ...asked } of rows) {
    if ("problem" in asked) {
      refused.push({ row, problem: asked.problem });
      continue;
    }
    const { post } = asked;
    try {
      refuseNamedTwice(names, row, post.externalId);
      const { id, status, outboxId } = await createPost(context, em, { principal, asked: post });
      created.push({ row, id, externalId: post.externalId ?? null, status });
      outboxIds.push(outboxId);
      if (post.approval === "none") unapproved.push(id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refused.push({ row, problem: toRowProblem(error) });
    }
  }
  return { created, refused, warnings: await warningsOf(em, created), outboxIds, unapproved };
}

/** What several rows may want is taken once and in one order, so that two batches never wait for each other. */
async function lockAhead(em: EntityManager, rows: readonly BatchRow[]): Promise<void> {
  const posts = rows.flatMap((row) => ("post" in row ? [row.post] : []));
  await lockNames(
    em,
    Post,
    posts.flatMap(({ externalId }) => externalId ?? []),
  );
  const queued = posts.filter(({ schedule }) => schedule.mode === "queue");
  const channelIds = queued.flatMap(({ targets }) => targets.map(({ channelId }) => channelId));
  if (channelIds.length === 0) return;
  await em.find(
    Queue,
    { channelId: { $in: [...new Set(channelIds)] } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { channelId: "asc" } },
  );
}

function refuseNamedTwice(
  names: Map<string, number>,
  row: number,
  externalId: string | undefined,
): void {
  if (externalId === undefined) return;
  const first = names.get(externalId);
  if (first === undefined) {
    names.set(externalId, row);
    return;
  }
  const detail = `Row ${first} has this externalId too.`;
  throw new Problem({
    status: 409,
    code: "external_id_taken",
    detail,
    errors: [{ pointer: "/externalId", detail }],
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
      const otherRow = rowOf.get(warning.postId) ?? null;
      return { row, ...warning, postId: otherRow === null ? warning.postId : null, otherRow };
    }),
  );
}
