import type { FastifyInstance, FastifyRequest } from "fastify";
import { Problem } from "#domain/errors.ts";
import { sendProblem } from "./problems.ts";

/** A piece of a file, as the tus protocol calls it. */
export const pieceType = "application/offset+octet-stream";

/** A body other than a file has arrived by then. Milliseconds. */
export const bodyMs = 15_000;

declare module "fastify" {
  interface FastifyRequest {
    bodyTimer: NodeJS.Timeout | null;
  }
}

/**
 * Gives up on a body that trickles in, with Problem 408: a handful of slow senders must not hold the process. Files have
 * the server's own, longer time.
 */
export function addTimeLimits(app: FastifyInstance, limits: { bodyMs: number }): void {
  app.decorateRequest("bodyTimer", null);
  app.addHook("onRequest", async (request, reply) => {
    if (!hasBody(request) || takesFiles(request)) return;
    request.bodyTimer = setTimeout(() => {
      if (reply.sent) return;
      reply.header("Connection", "close");
      sendProblem(request, reply, tooSlow());
      // What of the body still comes is nobody's any more.
      reply.raw.once("finish", () => request.raw.destroy());
    }, limits.bodyMs);
    request.bodyTimer.unref();
  });
  const arrived = async (request: FastifyRequest) => {
    if (request.bodyTimer) clearTimeout(request.bodyTimer);
    request.bodyTimer = null;
  };
  app.addHook("preValidation", arrived);
  app.addHook("onResponse", arrived);
  app.addHook("onRequestAbort", arrived);
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function takesFiles(request: FastifyRequest): boolean {
  const consumes = request.routeOptions.schema?.consumes ?? [];
  return consumes.includes("multipart/form-data") || consumes.includes(pieceType);
}

function tooSlow(): Problem {
  return new Problem({
    status: 408,
    code: "body_too_slow",
    detail: "The body took too long to arrive. Nothing was changed; send it again.",
  });
}
