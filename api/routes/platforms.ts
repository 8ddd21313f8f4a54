import { z } from "zod";
import type { PlatformManifest } from "#platforms/contract.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { responses } from "../lib/responses.ts";

const PlatformView = z.object({
  name: z.string(),
  title: z.string(),
  real: z.boolean(),
  auth: z.record(z.string(), z.unknown()),
  limits: z.record(z.string(), z.unknown()),
  metrics: z.array(z.string()),
  settings: z.record(z.string(), z.unknown()).describe("JSON Schema of a target's settings"),
});

/** What can be connected, with its limits. */
export const addPlatformRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/v1/platforms",
    config: { access: { scope: "connections:read" } },
    schema: {
      tags: ["connections"],
      summary: "List platforms",
      response: responses({ 200: z.object({ data: z.array(PlatformView), nextCursor: z.null() }) }),
    },
    handler: () => ({ data: [...context.manifests.values()].map(viewOf), nextCursor: null }),
  });
};

function viewOf(manifest: PlatformManifest): z.infer<typeof PlatformView> {
  const { name, title, real, metrics } = manifest;
  return {
    name,
    title,
    real,
    metrics,
    auth: { ...manifest.auth },
    limits: { ...manifest.limits },
    settings: { ...z.toJSONSchema(manifest.settings, { io: "input" }) },
  };
}
