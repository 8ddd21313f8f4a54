import { z } from "zod";
import type { RouteAdder } from "../lib/add-routes.ts";
import { readNeedsYou, NeedView } from "../lib/needs-you.ts";
import { pageOf } from "../lib/pages.ts";
import { readRows } from "../lib/read-rows.ts";
import { responses } from "../lib/responses.ts";
import { principalOf } from "../plugins/access.ts";

/** What waits for a person: in one list, the most pressing first. */
export const addNeedsYouRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/v1/needs-you",
    config: { access: { scope: "posts:read" } },
    schema: {
      tags: ["posts"],
      summary: "Everything that a person must decide or mend, the most pressing first",
      description:
        "At most 200 of each kind. `actions` names what can be done: routes of the post, or reconnecting the account.",
      querystring: z.strictObject({}),
      response: responses({ 200: pageOf(NeedView) }),
    },
    handler: (request) =>
      readRows(context, principalOf(request).workspaceId, async (em) => ({
        data: await readNeedsYou(context, em),
        nextCursor: null,
      })),
  });
};
