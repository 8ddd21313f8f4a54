import { z } from "zod";
import { outsideWorkspaces } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { responses } from "../lib/responses.ts";

/** A database that takes longer than this to say "1" is not one to work with. */
const databaseAnswersMs = 3_000;

/** Whether the process lives, and whether it can do its work. */
export const addHealthRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/livez",
    config: { access: { public: true } },
    schema: {
      tags: ["health"],
      summary: "Whether the process lives",
      response: responses({ 200: z.object({ status: z.literal("ok") }) }),
    },
    handler: () => ({ status: "ok" as const }),
  });

  app.route({
    method: "GET",
    url: "/readyz",
    config: { access: { public: true } },
    schema: {
      tags: ["health"],
      summary: "Whether it can do its work; without Temporal or workers what is accepted waits",
      response: responses({
        200: z.object({ status: z.enum(["ok", "degraded"]), engine: z.enum(["ready", "delayed"]) }),
      }),
    },
    handler: async () => {
      try {
        await within(databaseAnswersMs, outsideWorkspaces(context.orm).execute("select 1"));
      } catch (error) {
        context.logger.warn({ err: error }, "the database does not answer");
        throw new Problem({
          status: 503,
          code: "database_unavailable",
          detail: "The database can't be reached. Nothing can be accepted until it is back.",
        });
      }
      const engine = await context.engineState();
      return { status: engine === "ready" ? ("ok" as const) : ("degraded" as const), engine };
    },
  });
};

/** The work's result, or an error once `ms` have passed: a connection may hang for longer than anybody waits. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
