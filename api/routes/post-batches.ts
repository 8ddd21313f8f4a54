import type { FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { Readable } from "node:stream";
import { z } from "zod";
import { Channel, Connection } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import type { ApiContext } from "../context.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { auditUnapproved } from "../lib/audit-unapproved.ts";
import { createPost } from "../lib/create-post.ts";
import { Batch, makeBatch, type BatchRow } from "../lib/make-batch.ts";
import { documentedResponses } from "../lib/documented-responses.ts";
import { EngineAnswer } from "../lib/engine-answer.ts";
import { idempotencyKeyOf } from "../lib/idempotency.ts";
import { findWarnings, warnOfCuts, Warnings } from "../lib/find-warnings.ts";
import { readPost } from "../lib/change-post.ts";
import { maximumRows, postColumns, readPostCsv, type NamedChannel } from "../lib/post-csv.ts";
import { filterOf, postFilter } from "../lib/post-filter.ts";
import { NewPost, newPostProblems } from "../lib/post-requests.ts";
import { PostView, TargetView, viewPost } from "../lib/post-view.ts";
import { readBatch } from "../lib/read-batch.ts";
import { readPosts, type PostFilter } from "../lib/read-posts.ts";
import { readRows } from "../lib/read-rows.ts";
import { responses } from "../lib/responses.ts";
import { csvHeader, writePostCsv } from "../lib/write-post-csv.ts";
import { principalOf, requireScope } from "../plugins/access.ts";

const Mode = z
  .enum(["all", "valid"])
  .describe("Whether one refused row keeps all from being made, or the valid ones are");

/** Whatever a row is, it is judged as a row: what is wrong with one says nothing of the others. */
const Row = z.unknown().meta(rowSchema());

const Checked = z.object({
  schedule: PostView.shape.schedule.omit({ expiresAt: true }),
  targets: z.array(TargetView.pick({ channelId: true, channelName: true, texts: true })),
  warnings: Warnings,
});

/** So many posts of a file are in memory at once. */
const pageSize = 200;
const maximumCsvBytes = 2 * 1024 * 1024;
const maximumBatchBytes = 8 * 1024 * 1024;

/** Posts, many at once, and one that is only tried. */
export const addPostBatchRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "POST",
    url: "/v1/posts/validate",
    // It changes nothing.
    config: { access: { scope: "posts:write" }, idempotent: false },
    schema: {
      tags: ["posts"],
      summary: "Say what would become of a post, and make none",
      body: NewPost,
      response: responses({ 200: Checked }, newPostProblems),
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const asked = request.body;
      if (asked.approval === "none") requireScope(principal, "posts:publish");
      return readRows(context, principal.workspaceId, async (em) => {
        const { id, shortened } = await createPost(context, em, { principal, asked });
        const { schedule, targets } = await readPost(context, em, id);
        const found = (await findWarnings(em, [id])).get(id) ?? [];
        return { schedule, targets, warnings: [...warnOfCuts(shortened), ...found] };
      });
    },
  });

  app.route({
    method: "POST",
    url: "/v1/posts/bulk",
    config: { access: { scope: "posts:write" } },
    bodyLimit: maximumBatchBytes,
    schema: {
      tags: ["posts"],
      summary: "Accept up to 500 posts at once",
      description:
        "Every row is checked. With mode all, one that is refused keeps all from being made: 422 `rows_refused` with `refused`. With `externalId` in each row a repetition makes nothing twice, also without an Idempotency-Key.",
      body: z.strictObject({
        posts: z.array(Row).min(1).max(maximumRows).describe("Each as in POST /v1/posts"),
        mode: Mode.default("all"),
        dryRun: z.boolean().default(false).describe("Check only"),
      }),
      response: responses({ 200: Batch, 202: Batch.extend({ engine: EngineAnswer }) }, [
        "rows_refused",
      ]),
    },
    handler: async (request, reply) => {
      const { posts, mode, dryRun } = request.body;
      const asked = { mode, dryRun, validMode: '"mode": "valid"' };
      return acceptBatch(context, { request, reply }, asked, async () => readBatch(posts));
    },
  });

  app.route({
    method: "GET",
    url: "/v1/posts/export",
    config: { access: { scope: "posts:read" } },
    schema: {
      tags: ["posts"],
      summary: "All posts that a filter fits as a CSV file, newest first",
      querystring: z.strictObject(postFilter),
      response: documentedResponses({ 200: { description: "The file", type: "text/csv" } }),
    },
    handler: async (request, reply) => {
      const { workspaceId } = principalOf(request);
      reply
        .type("text/csv; charset=utf-8")
        .header("Content-Disposition", 'attachment; filename="posts.csv"');
      return reply.send(
        Readable.from(csvOf(context, workspaceId, filterOf(request.query)), { objectMode: false }),
      );
    },
  });

  // In a scope of its own, since no other route takes such a body.
  void app.register(async (inner) => {
    const scope = inner.withTypeProvider<ZodTypeProvider>();
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser<Buffer>(
      "text/csv",
      { parseAs: "buffer" },
      async (_: unknown, body: Buffer) => decode(body),
    );
    scope.route({
      method: "POST",
      url: "/v1/posts/import",
      config: { access: { scope: "posts:write" } },
      bodyLimit: maximumCsvBytes,
      schema: {
        tags: ["posts"],
        summary: "Accept up to 500 posts of a CSV file",
        description: `At most 2 MB, in UTF-8. The first line names the columns, of: ${postColumns.join(", ")}; the others of an exported file are passed over. In all else as POST /v1/posts/bulk; row 1 is the first after the header.`,
        consumes: ["text/csv"],
        querystring: z.strictObject({
          mode: Mode.default("all"),
          dryRun: z.enum(["true", "false"]).default("false").describe("Check only"),
        }),
        body: z.string().meta({
          examples: [
            "text,channels,at,timeZone\nAhoy,bluesky:ada.example,2027-03-01T09:00,Europe/Berlin",
          ],
        }),
        response: responses({ 200: Batch, 202: Batch.extend({ engine: EngineAnswer }) }, [
          "invalid_csv",
          "rows_refused",
        ]),
      },
      handler: async (request, reply) => {
        const { mode, dryRun } = request.query;
        const asked = { mode, dryRun: dryRun === "true", validMode: "?mode=valid" };
        return acceptBatch(context, { request, reply }, asked, async (em) =>
          readPostCsv(request.body, await namedChannels(em)),
        );
      },
    });
  });
};

/** Makes the posts of a batch in one transaction, or says what would be. */
async function acceptBatch(
  context: ApiContext,
  exchange: { request: FastifyRequest; reply: FastifyReply },
  asked: {
    mode: "all" | "valid";
    dryRun: boolean;
    /** How a client asks for it. */
    validMode: string;
  },
  read: (em: EntityManager) => Promise<BatchRow[]>,
): Promise<Batch & { engine?: "ready" | "delayed" }> {
  const { request } = exchange;
  const { mode, dryRun, validMode } = asked;
  const principal = principalOf(request);
  const make = async (em: EntityManager) => {
    const rows = await read(em);
    if (rows.some((row) => "post" in row && row.post.approval === "none"))
      requireScope(principal, "posts:publish");
    return makeBatch(context, em, { principal, rows });
  };
  if (dryRun) {
    // Nothing is made, so nothing is kept under it; a wrong one is refused all the same.
    idempotencyKeyOf(request);
    const { created, refused, warnings } = await readRows(context, principal.workspaceId, make);
    const without = created.map((row) => ({ ...row, id: null }));
    return { dryRun, created: without, refused, warnings };
  }
  return accept(context, exchange, { status: 202 }, async (em) => {
    const { outboxIds, unapproved, ...made } = await make(em);
    const { refused } = made;
    if (mode === "all" && refused.length > 0) {
      const [rows, them] =
        refused.length === 1
          ? [`row ${namesOf(refused)} is refused`, "it"]
          : [`rows ${namesOf(refused)} are refused`, "them"];
      throw new Problem({
        status: 422,
        code: "rows_refused",
        detail: `Nothing was made: ${rows}. Mend ${them}, or send ${validMode} for the others.`,
        extra: { refused },
      });
    }
    // The log's lock comes last: whoever holds it waits for nothing else.
    await auditUnapproved(em, { request, postIds: unapproved });
    return { body: { dryRun, ...made }, outboxIds };
  });
}

function namesOf(refused: readonly { row: number }[]): string {
  const rows = refused.slice(0, 10).map(({ row }) => row);
  const more = refused.length - rows.length;
  return `${rows.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The channels that posts may go to. */
async function namedChannels(em: EntityManager): Promise<NamedChannel[]> {
  const connected = await em.find(
    Connection,
    { disconnectedAt: null, status: { $ne: "pending" } },
    { fields: ["id"] },
  );
  const rows = await em.find(Channel, { connectionId: { $in: connected.map(({ id }) => id) } });
  return rows.map(({ id, platform, name, handle }) => ({
    id,
    platform,
    name,
    handle: handle ?? null,
  }));
}

/** The file, page by page: a transaction of its own for each, so that a slow reader holds none. */
async function* csvOf(
  context: ApiContext,
  workspaceId: string,
  filter: PostFilter,
): AsyncGenerator<string> {
  yield csvHeader;
  let before: string | undefined;
  for (;;) {
    const rows = await readRows(context, workspaceId, (em) =>
      readPosts(em, { filter: { ...filter, before }, limit: pageSize }),
    );
    if (rows.length > 0) yield writePostCsv(rows.map((row) => viewPost(context, row)));
    before = rows.at(-1)?.id;
    if (rows.length < pageSize || before === undefined) return;
  }
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new Problem({
      status: 422,
      code: "invalid_csv",
      detail: "The file is not in UTF-8. Save it as CSV UTF-8.",
    });
  }
}

/** For the description alone. */
function rowSchema() {
  const { $schema: _, ...schema } = z.toJSONSchema(NewPost, { io: "input" });
  return schema;
}
