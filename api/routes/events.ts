import { z } from "zod";
import type { RouteAdder } from "../lib/add-routes.ts";
import { documentedResponses } from "../lib/documented-responses.ts";
import { readyMessage, resetMessage } from "../live/event-message.ts";
import { kindsSeenWith } from "../live/event-scopes.ts";
import { findPlace } from "../live/find-place.ts";
import { readEvents } from "../live/read-events.ts";
import { principalOf } from "../plugins/access.ts";

const EventQuery = z.strictObject({
  subject: z
    .string()
    .regex(/^[a-z_]{1,40}:[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/, {
      error: "must be a kind and an id, as post:0193…",
    })
    .optional()
    .describe("Only what happens to this, for example `post:<id>`"),
  type: z
    .string()
    .regex(/^[a-z_]{1,40}\.[a-z_]{0,40}$/, { error: "must be as post. or post.published" })
    .optional()
    .describe("Only types that begin so, for example `post.` or `post.published`"),
});

/** Everything that happens in the workspace, as one stream. */
export const addEventRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/v1/events",
    config: { access: { principal: true } },
    schema: {
      tags: ["events"],
      summary: "What happens in the workspace, as server-sent events, from `Last-Event-ID` on",
      description:
        "Each event has an `id`, its type as `event` (for example `post.published`) and JSON `data` with ids and states: " +
        "`id` and `kind` of what it is about, `type`, `at`, and more by type. You get the kinds whose scope you hold: " +
        "`post`, `target` (posts:read), `run`, `step`, `agent` (agents:read), `generation`, `asset`, `connection`. " +
        "Come back with `Last-Event-ID` and you miss nothing. `ready` is the first event: what happens after it will be " +
        "told. `reset` says that your place is unknown (the database was restored): read anew what you show. " +
        '`end` with `{"reason":"access_ended"}` is the last one when the session or key ended, with `access_changed` when ' +
        "its rights or workspace are others now. When the stream ends without `end`, come back.",
      querystring: EventQuery,
      headers: z.looseObject({
        "last-event-id": z
          .string()
          .optional()
          .catch(undefined)
          .describe("The `id` of the last event that you have: the stream goes on after it"),
      }),
      response: documentedResponses(
        {
          200: { description: "The stream", type: "text/event-stream" },
        },
        ["too_many_streams"],
      ),
    },
    handler: async (request, reply) => {
      const { workspaceId, scopes } = principalOf(request);
      const { subject, type } = request.query;
      const [subjectKind, subjectId] = subject?.split(":") ?? [];
      if (request.method === "HEAD") return reply.type("text/event-stream; charset=utf-8").send();
      const filter = { kinds: kindsSeenWith(scopes), typePrefix: type, subjectKind, subjectId };
      const lastEventId = request.headers["last-event-id"];
      const { place, unknown, now } = await findPlace(context.orm, { workspaceId, lastEventId });
      const from = place ?? now;
      return app.streams.answer(
        {
          request,
          reply,
          from,
          greeting: (unknown ? resetMessage(from) : "") + readyMessage(from),
        },
        async (after) => ({
          ...(await readEvents(context.orm, { workspaceId, after, filter })),
          ended: false,
        }),
      );
    },
  });
};
