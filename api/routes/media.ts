import { z } from "zod";
import { Asset, Rendition } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { checkMediaLink, type LinkedMedia } from "#db/vault/media-links.ts";
import { Problem } from "#domain/errors.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { documentedResponses } from "../lib/documented-responses.ts";
import { foundOrExpired } from "../lib/found-or-expired.ts";
import { mediaOriginOf } from "../lib/media-origin.ts";
import { Id } from "../lib/responses.ts";
import { sendBlob, type StoredMedia } from "../lib/send-blob.ts";

/** A browser that has the file asks again after this; the link itself may well be good for longer. Seconds. */
const freshSeconds = 300;

/**
 * Files by links that need no signing in, as views give them in `mediaUrl`: for browsers' own elements, which can't show
 * a key, and for platforms and providers that fetch. They are served from an origin where nothing of the product is.
 */
export const addMediaRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/media/:workspaceId/:kind/:id",
    config: { access: { public: true } },
    schema: {
      tags: ["assets"],
      summary: "A file by its link, or a range of its bytes",
      description:
        "Take the whole link from `mediaUrl` of an asset or a rendition. It leads to the origin that is set for media, and is good for one to two hours; read the view again for a fresh one.",
      params: z.object({ workspaceId: Id, kind: z.enum(["assets", "renditions"]), id: Id }),
      querystring: z.strictObject({
        expires: z.coerce.number().int().min(0).max(9_999_999_999).describe("Seconds since 1970"),
        key: z.string().max(50),
        signature: z.string().max(100),
        download: z
          .literal("1")
          .optional()
          .describe(
            "Adds nothing to the signature: a browser saves the file instead of showing it",
          ),
      }),
      response: documentedResponses(
        {
          200: { description: "The file", type: "*/*" },
          206: { description: "The range that was asked for", type: "*/*" },
          304: { description: "You have it already, by If-None-Match" },
          416: { description: "The file has no such range" },
        },
        ["link_expired", "link_not_valid", "not_found", "file_expired"],
      ),
    },
    handler: async (request, reply) => {
      const origin = mediaOriginOf(context);
      if (request.host !== new URL(origin).host) throw elsewhere(origin);
      const { download, ...proof } = request.query;
      const { keyRing } = context;
      const state = checkMediaLink({ keyRing, media: request.params, proof, now: context.now() });
      if (state === "forged") throw notValid();
      if (state === "expired") throw expired();
      reply.headers({
        // Pages of the product's own origin show it, and no script of this one runs anywhere.
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": new URL(context.publicUrl).origin,
      });
      const find = () => findMedia(request.params);
      return sendBlob({ request, reply, storage: context.storage }, find, {
        cacheControl: `private, max-age=${freshSeconds}`,
        download: download === "1",
      });
    },
  });

  async function findMedia({ workspaceId, kind, id }: LinkedMedia): Promise<StoredMedia> {
    const em = inWorkspace(context.orm, workspaceId);
    if (kind === "renditions")
      return foundOrExpired(em, await em.findOne(Rendition, { id }), { kind: "rendition", id });
    const asset = await em.findOne(Asset, { id, status: "ready" });
    return foundOrExpired(em, asset, { kind: "asset", id });
  }
};

function elsewhere(origin: string): Problem {
  return new Problem({
    status: 403,
    code: "link_not_valid",
    detail: `Media is served from ${origin} alone. A proxy in front of it must pass the Host header on.`,
  });
}

function notValid(): Problem {
  return new Problem({
    status: 403,
    code: "link_not_valid",
    detail: "The link is not one of ours, or was changed. Take it from mediaUrl as it stands.",
  });
}

function expired(): Problem {
  return new Problem({
    status: 403,
    code: "link_expired",
    detail: "The link has expired. Read the asset again: its mediaUrl is a fresh one.",
  });
}
