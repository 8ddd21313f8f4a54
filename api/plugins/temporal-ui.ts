import httpProxy from "@fastify/http-proxy";
import type { ApiContext } from "../context.ts";
import type { ZodApp } from "../lib/add-routes.ts";
import { z } from "zod";
import { createPayloadCodec } from "#db/vault/payload-codec.ts";
import { Problem } from "#domain/errors.ts";
import { escapeHtml } from "../lib/escape-html.ts";
import { responses } from "../lib/responses.ts";

const Payloads = z.object({
  payloads: z
    .array(
      z.object({
        metadata: z.record(z.string(), z.string()).default({}),
        data: z.string().default(""),
      }),
    )
    .max(1_000),
});

// The UI is Temporal's own program: it brings inline scripts, and talks to nobody but this origin.
const uiPolicy =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'self'; base-uri 'self'";

const framePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

/** For an answer of the UI's own server, which asks Temporal, and within an answer from one piece to the next. */
const defaultAnswerMs = 10_000;

/** For what its pages ask to be told of the next event: Temporal answers that after 20 seconds if there is none. */
const longPollMs = 60_000;

function unavailable(): Problem {
  return new Problem({
    status: 503,
    code: "temporal_ui_unavailable",
    detail: "Temporal's UI does not answer. See whether Temporal runs, then load the page again.",
    extra: { retryAfter: 5 },
  });
}

/** The text as it stands: ours are plain sentences. */
function framedText(text: string, theme: string): string {
  const [paper, ink] = theme === "dark" ? ["#141414", "#f8fafc"] : ["#ffffff", "#121416"];
  return `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>Text</title></head>
  <body style="margin: 1rem; font: 14px/1.5 system-ui, sans-serif; white-space: pre-wrap; background: ${paper}; color: ${ink}">${escapeHtml(text)}</body>
</html>
`;
}

/**
 * Serves the Temporal UI under our own origin, for operators only, with the endpoint that decodes what the histories
 * hold encrypted: its requests carry the operator's cookie, and only then are they answered.
 */
export async function addTemporalUi(app: ZodApp, context: ApiContext): Promise<void> {
  const codec = createPayloadCodec(context.keyRing);
  app.route({
    method: "POST",
    url: "/v1/operator/codec/decode",
    bodyLimit: 16 * 1024 * 1024,
    // Only reads.
    config: { access: { operator: true }, idempotent: false },
    schema: {
      tags: ["operators"],
      summary: "Decode Temporal payloads, for the Temporal UI",
      body: Payloads,
      response: responses({ 200: Payloads }, ["not_decodable"]),
    },
    handler: async (request) => {
      const encoded = request.body.payloads.map((payload) => ({
        metadata: Object.fromEntries(
          Object.entries(payload.metadata).map(([name, value]) => [
            name,
            Buffer.from(value, "base64"),
          ]),
        ),
        data: Buffer.from(payload.data, "base64"),
      }));
      try {
        const decoded = await codec.decode(encoded);
        return {
          payloads: decoded.map((payload) => ({
            metadata: Object.fromEntries(
              Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, b64(value)]),
            ),
            data: b64(payload.data ?? new Uint8Array()),
          })),
        };
      } catch {
        throw new Problem({
          status: 422,
          code: "not_decodable",
          detail:
            "These payloads were not encrypted by this installation, or its key ring lost their key.",
        });
      }
    },
  });
  if (!context.temporalUiUrl) return;
  const upstream = context.temporalUiUrl;
  const answerMs = context.temporalUiAnswerMs ?? defaultAnswerMs;
  // The UI shows summaries and details in a frame at this address, which its own server lacks under a path of ours.
  app.route({
    method: "GET",
    url: "/temporal/render",
    config: { access: { operator: true } },
    schema: {
      hide: true,
      querystring: z.object({
        content: z.string().default(""),
        theme: z.string().default("light"),
      }),
    },
    handler: (request, reply) => {
      const { content, theme } = request.query;
      return reply
        .type("text/html; charset=utf-8")
        .headers({ "Content-Security-Policy": framePolicy, "X-Frame-Options": "SAMEORIGIN" })
        .send(framedText(content, theme));
    },
  });
  await app.register(async (scope) => {
    // The proxy passes bodies on unread, whatever they are.
    scope.removeAllContentTypeParsers();
    await scope.register(httpProxy, {
      upstream: upstream,
      prefix: "/temporal",
      rewritePrefix: "/temporal",
      httpMethods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
      proxyPayloads: true,
      disableRequestLogging: true,
      config: { access: { operator: true }, proxied: true },
      handler: (request, reply, dest, options) =>
        reply.from(dest, {
          ...options,
          timeout: request.url.includes("waitNewEvent=true") ? longPollMs : answerMs,
        }),
      replyOptions: {
        onError: (reply) => void reply.send(unavailable()),
        rewriteRequestHeaders: (_request, headers) => {
          // The UI needs nothing of our session; its own cookie shows that its page sent the request.
          const { cookie = "", authorization: _authorization, ...rest } = headers;
          const own = /(?:^|; *)(_csrf=[^;]*)/.exec(String(cookie))?.[1];
          return own === undefined ? rest : { ...rest, cookie: own };
        },
        rewriteHeaders: (headers, request) => {
          const shown = { ...headers, "content-security-policy": uiPolicy };
          if (!request?.url?.startsWith("/temporal/_app/immutable/")) return shown;
          // Hundreds of files whose names change with what is in them: asked for once, whatever cookies there are.
          const { "set-cookie": _cookies, ...rest } = shown;
          return {
            ...rest,
            vary: "Accept-Encoding",
            "cache-control": "private, max-age=31536000, immutable",
          };
        },
      },
    });
  });
}

function b64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
