import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { Problem } from "#domain/errors.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { orderFilter } from "../lib/post-filter.ts";
import { QueryTime } from "../lib/query-time.ts";
import { readRows } from "../lib/read-rows.ts";
import { readUsage, usageGroups } from "../lib/read-usage.ts";
import { Id, Instant, iso, responses } from "../lib/responses.ts";
import { writeCsv } from "../lib/write-csv.ts";
import { principalOf } from "../plugins/access.ts";

const Counted = z.object({
  credits: z.int().describe("Spent: settled, and reserved by what is still at work"),
  posts: z.int().nullable().describe("Published; null where posts are not told apart by it"),
});

const Usage = z.object({
  from: Instant,
  to: Instant,
  groupBy: z.enum(usageGroups),
  data: z.array(
    Counted.extend({
      group: z.string().nullable().describe("Null for what has none"),
      name: z.string().nullable().describe("Of an agent or a member"),
    }),
  ),
  total: Counted,
});

const dayMs = 86_400_000;

/** Usage: what was spent and published in a time. */
export const addUsageRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/v1/usage",
    config: { access: { scope: "usage:read" } },
    schema: {
      tags: ["usage"],
      summary: "Credits spent and posts published in a time, by what they belong to",
      description:
        "Credits belong to the day on which they were reserved, to the member who asked (an API key counts as the member who made it) or the agent, and to the campaign and labels that their agent has; posts to the day on which they went out. What has several labels counts for each; `total` counts it once. Days are UTC's.",
      querystring: z.strictObject({
        from: QueryTime.optional().describe("30 days before `to` unless given"),
        to: QueryTime.optional().describe("Now unless given; at most 366 days after `from`"),
        groupBy: z.enum(usageGroups).default("day"),
        format: z
          .enum(["json", "csv"])
          .optional()
          .describe("A CSV file has no total; `Accept: text/csv` asks for one too"),
        agentId: Id.optional(),
        ...orderFilter,
      }),
      response: responses({
        200: {
          description: "Done; this is how it is now",
          content: {
            "application/json": { schema: Usage },
            "text/csv": { schema: z.string().meta({ format: "binary" }) },
          },
        },
      }),
    },
    handler: async (request, reply) => {
      const { groupBy, agentId, campaign, label, format, ...range } = request.query;
      const to = range.to === undefined ? context.now() : new Date(range.to);
      const from =
        range.from === undefined ? new Date(to.getTime() - 30 * dayMs) : new Date(range.from);
      requireRange(from, to);
      const filter = { from, to, agentId, campaign, label };
      const { data, total } = await readRows(context, principalOf(request).workspaceId, (em) =>
        readUsage(em, { groupBy, filter, providers: context.providers }),
      );
      if ((format ?? formatAskedOf(request)) === "json")
        return { from: iso(from), to: iso(to), groupBy, data, total };
      reply
        .type("text/csv; charset=utf-8")
        .header("Content-Disposition", `attachment; filename="usage-by-${groupBy}.csv"`);
      return writeCsv([
        [groupBy, "name", "credits", "posts"],
        ...data.map((one) => [one.group, one.name, one.credits, one.posts]),
      ]);
    },
  });
};

/** A list of media types that names CSV asks for it, unless it names JSON as well. */
function formatAskedOf(request: FastifyRequest): "json" | "csv" {
  const accepted = request.headers.accept ?? "";
  return /\btext\/csv\b/i.test(accepted) && !/\bapplication\/json\b/i.test(accepted)
    ? "csv"
    : "json";
}

function requireRange(from: Date, to: Date): void {
  const days = (to.getTime() - from.getTime()) / dayMs;
  // Where only `to` is given it may lead there.
  const tooEarly = from.getUTCFullYear() < 1;
  if (days > 0 && days <= 366 && !tooEarly) return;
  const detail = tooEarly
    ? "is before the year 1"
    : days > 0
      ? "is more than 366 days before to"
      : "must be before to";
  throw new Problem({
    status: 422,
    code: "invalid_request",
    detail: `The request is not valid: /from ${detail}`,
    errors: [{ pointer: "/from", detail }],
  });
}
