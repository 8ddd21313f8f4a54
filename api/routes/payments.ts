import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { inWorkspace } from "#db/orm.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { paymentsOf } from "../lib/payments-of.ts";
import { responses } from "../lib/responses.ts";
import { takePaymentNews } from "../payments/take-payment-news.ts";

/** What the payment provider tells us. */
export const addPaymentRoutes: RouteAdder = (app, context) => {
  // In a scope of its own: the signature is over the body's bytes, so nothing parses them before.
  void app.register(async (inner) => {
    const scope = inner.withTypeProvider<ZodTypeProvider>();
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser<Buffer>(
      "*",
      { parseAs: "buffer" },
      async (_: unknown, body: Buffer) => body,
    );
    scope.route({
      method: "POST",
      url: "/v1/payments/webhook",
      config: { access: { public: true } },
      bodyLimit: 512 * 1024,
      schema: {
        tags: ["credits"],
        summary: "For the payment provider: what became of a payment, with its signature",
        consumes: ["application/json"],
        response: responses({ 200: z.object({ received: z.literal(true) }) }, [
          "signature_not_valid",
          "balance_too_large",
          "payment_not_configured",
        ]),
      },
      handler: async (request) => {
        const payments = paymentsOf(context);
        const { headers } = request;
        const now = context.now();
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const news = payments.readNews({ headers, body, now });
        if (news) {
          const { workspaceId, paymentId, remoteId } = news;
          const known = await inWorkspace(context.orm, workspaceId).transactional((em) =>
            takePaymentNews(em, { news, provider: payments.name, now }),
          );
          if (!known) request.log.warn({ paymentId, remoteId }, "a payment is not one of ours");
        }
        return { received: true as const };
      },
    });
  });
};
