import { z } from "zod";
import type { RouteAdder } from "../lib/add-routes.ts";
import { createReadiness } from "../lib/readiness.ts";
import { responses } from "../lib/responses.ts";

/** Whether the process lives, and whether it can do its work. */
export const addHealthRoutes: RouteAdder = (app, context) => {
  const readiness = createReadiness(context);
  app.decorate("readiness", readiness);

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
      response: responses(
        {
          200: z.object({
            status: z.enum(["ok", "degraded"]),
            engine: z.enum(["ready", "delayed"]),
          }),
        },
        ["database_unavailable", "stopping"],
      ),
    },
    handler: () => readiness.check(),
  });
};
