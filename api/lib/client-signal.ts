import type { FastifyReply } from "fastify";
import { Problem } from "#domain/errors.ts";

/** Aborts when the client goes away before it has its answer. The reason is a Problem that nobody will read. */
export function clientSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (reply.raw.writableFinished) return;
    controller.abort(
      new Problem({ status: 400, code: "client_gone", detail: "The connection was closed early." }),
    );
  });
  return controller.signal;
}
