import { z } from "zod";
import { Problem } from "#domain/errors.ts";
import type { PaymentStatus } from "#domain/states.ts";
import type { Order, PaymentNews, PaymentProvider } from "./contract.ts";
import { verifyStripeSignature } from "./verify-stripe-signature.ts";

export interface StripeOptions {
  secretKey: string;
  /** Of the webhook's endpoint, `whsec_…`. */
  webhookSecret: string;
  fetch: typeof fetch;
  /** Told why a session was not made; no content. The status is 0 where nothing answered. */
  report: (failure: { status: number; why: string; parameter?: string }) => void;
  /** `https://api.stripe.com` unless it is simulated. */
  baseUrl?: string;
}

/** The version of Stripe's API that these fields are of. https://docs.stripe.com/api/versioning */
const apiVersion = "2024-06-20";

const answerMs = 20_000;

const CreatedSession = z.object({ id: z.string().min(1).max(255), url: z.url() });

const Refusal = z.object({
  error: z.object({ code: z.string().optional(), param: z.string().optional() }),
});

/** An event about a checkout. https://docs.stripe.com/api/checkout/sessions/object */
const CheckoutEvent = z.object({
  type: z.string(),
  data: z.object({
    object: z.object({
      id: z.string().min(1).max(255),
      client_reference_id: z.uuid(),
      metadata: z.object({ workspace_id: z.uuid() }),
      payment_status: z.enum(["paid", "unpaid", "no_payment_required"]),
    }),
  }),
});

/**
 * Payments by Stripe Checkout, in two calls: we make a session, and Stripe tells our webhook what became of it.
 * https://docs.stripe.com/api/checkout/sessions/create, https://docs.stripe.com/checkout/fulfillment
 */
export function createStripe(options: StripeOptions): PaymentProvider {
  const { baseUrl = "https://api.stripe.com", webhookSecret } = options;
  return {
    name: "stripe",

    async checkout(order) {
      const answer = await send(options, `${baseUrl}/v1/checkout/sessions`, order);
      const read = CreatedSession.safeParse(answer);
      if (!read.success) throw unavailable("Its answer can't be read.");
      return { remoteId: read.data.id, url: read.data.url };
    },

    readNews({ headers, body, now }) {
      const header = headers["stripe-signature"];
      const signed =
        typeof header === "string" &&
        verifyStripeSignature({ header, body, secret: webhookSecret, now });
      if (!signed) {
        throw new Problem({
          status: 400,
          code: "signature_not_valid",
          detail:
            "The signature is missing, wrong, or more than 5 minutes old. It is made with STRIPE_WEBHOOK_SECRET over the body as it was sent.",
        });
      }
      return newsOf(parseJson(body));
    },
  };
}

/** What is sent to make a session: the price, and of whom it is no more than ids. */
export function checkoutForm(order: Order): URLSearchParams {
  const { paymentId, workspaceId, pack, returnUrl } = order;
  return new URLSearchParams({
    mode: "payment",
    client_reference_id: paymentId,
    "metadata[workspace_id]": workspaceId,
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": pack.currency,
    "line_items[0][price_data][unit_amount]": String(pack.amount),
    "line_items[0][price_data][product_data][name]": `${pack.credits.toLocaleString("en")} credits`,
    success_url: returnUrl,
    cancel_url: returnUrl,
  });
}

/** Some ways of paying take days: the session is complete then, and not yet paid. */
function newsOf(event: unknown): PaymentNews | undefined {
  const read = CheckoutEvent.safeParse(event);
  // Others may use the same account, and Stripe tells of much more.
  if (!read.success) return undefined;
  const { type, data } = read.data;
  const { id, client_reference_id, metadata, payment_status } = data.object;
  const status = statusOf(type, payment_status === "paid");
  return (
    status && {
      status,
      paymentId: client_reference_id.toLowerCase(),
      workspaceId: metadata.workspace_id.toLowerCase(),
      remoteId: id,
    }
  );
}

function statusOf(type: string, paid: boolean): Exclude<PaymentStatus, "open"> | undefined {
  switch (type) {
    case "checkout.session.completed":
    case "checkout.session.async_payment_succeeded":
      return paid ? "paid" : undefined;
    case "checkout.session.async_payment_failed":
      return "failed";
    case "checkout.session.expired":
      return "expired";
  }
  return undefined;
}

async function send(options: StripeOptions, url: string, order: Order): Promise<unknown> {
  const { secretKey, report } = options;
  let answer: Response;
  let body: unknown;
  try {
    answer = await options.fetch(url, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${secretKey}`,
        "Content-Type": "application/x-www-form-urlencoded",
        "Idempotency-Key": order.paymentId,
        "Stripe-Version": apiVersion,
      },
      body: checkoutForm(order).toString(),
      redirect: "error",
      signal: AbortSignal.timeout(answerMs),
    });
    body = parseJson(Buffer.from(await answer.arrayBuffer()));
  } catch (error) {
    report({ status: 0, why: error instanceof Error ? error.name : typeof error });
    throw unavailable("It does not answer.");
  }
  if (answer.ok) return body;
  const { status } = answer;
  const refusal = Refusal.safeParse(body);
  const { code = "", param = "" } = refusal.success ? refusal.data.error : {};
  report({ status, why: code, parameter: param });
  if (status === 401 || status === 403) {
    throw new Problem({
      status: 503,
      code: "payment_unavailable",
      detail: "Stripe refuses this installation's key. Tell an operator.",
    });
  }
  throw unavailable(`It answered ${status}${code === "" ? "" : ` (${code})`}.`);
}

function unavailable(why: string): Problem {
  return new Problem({
    status: 503,
    code: "payment_unavailable",
    detail: `No payment could be begun with Stripe. ${why} Nothing was paid: try again in a moment.`,
    extra: { retryAfter: 5 },
  });
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
