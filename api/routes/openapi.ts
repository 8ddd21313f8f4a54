import type { RouteAdder } from "../lib/add-routes.ts";

/** The API's description, drawn from the schemas that validate. */
export const addOpenApiRoute: RouteAdder = (app) => {
  app.route({
    method: "GET",
    url: "/openapi.json",
    config: { access: { public: true } },
    schema: { hide: true },
    handler: (_request, reply) =>
      reply.type("application/json").send(JSON.stringify(app.swagger())),
  });
};
