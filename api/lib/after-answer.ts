import type { FastifyReply, FastifyRequest } from "fastify";
import type { ZodApp } from "./add-routes.ts";

/**
 * Gives a function that does something once an answer is out, so that how long it takes tells the caller nothing. What
 * fails is logged; closing the application waits for what is under way.
 */
export function afterAnswers(
  app: ZodApp,
): (exchange: { request: FastifyRequest; reply: FastifyReply }, work: () => Promise<void>) => void {
  const underWay = new Set<Promise<void>>();
  app.addHook("onClose", async () => {
    await Promise.all(underWay);
  });
  return ({ request, reply }, work) => {
    reply.raw.once("close", () => {
      const done = work()
        .catch((error: unknown) => request.log.error({ err: error }, "work after an answer failed"))
        .finally(() => underWay.delete(done));
      underWay.add(done);
    });
  };
}
