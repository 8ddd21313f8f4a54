import { createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A checkout session as Stripe tells of it, as far as it matters here. */
export interface StripeSession {
  id: string;
  object: "checkout.session";
  url: string | null;
  mode: string;
  status: "open" | "complete" | "expired";
  payment_status: "unpaid" | "paid";
  client_reference_id: string | null;
  metadata: Record<string, string>;
  amount_total: number;
  currency: string;
  livemode: false;
}

export interface StripeServer {
  origin: string;
  secretKey: string;
  webhookSecret: string;
  /** Sessions that were made, in order. */
  sessions: StripeSession[];
  /** The forms that were sent, in order. */
  forms: Record<string, string>[];
  /** What every request is answered with from now on; nothing special without. */
  fail(answer?: { status: number; body: string }): void;
  /** An event of this type about a session, as it is sent to a webhook. */
  event(type: string, session: StripeSession): SignedEvent;
  close(): Promise<void>;
}

export interface SignedEvent {
  headers: Record<string, string>;
  payload: Buffer;
}

/** What may be sent to make a session, of all that Stripe knows: one of any other name is refused there too. */
const known = {
  mode: /^payment$/,
  client_reference_id: /^.{1,200}$/,
  "metadata[workspace_id]": /^.{1,500}$/,
  "line_items[0][quantity]": /^[1-9]\d*$/,
  "line_items[0][price_data][currency]": /^[a-z]{3}$/,
  "line_items[0][price_data][unit_amount]": /^[1-9]\d{0,7}$/,
  "line_items[0][price_data][product_data][name]": /^.{1,250}$/,
  success_url: /^https?:\/\/./,
  cancel_url: /^https?:\/\/./,
};

/** Stripe's checkout on loopback: strict about what it takes, and it signs what it tells. */
export async function startStripe(): Promise<StripeServer> {
  const secretKey = "sk_test_loopback";
  const webhookSecret = "whsec_loopback";
  const sessions: StripeSession[] = [];
  const forms: Record<string, string>[] = [];
  const byKey = new Map<string, { form: string; session: StripeSession }>();
  let failure: { status: number; body: string } | undefined;

  const answer = (request: IncomingMessage, body: string): [number, object] => {
    if (request.method !== "POST" || request.url !== "/v1/checkout/sessions")
      return refusal(404, "resource_missing");
    if (request.headers.authorization !== `Bearer ${secretKey}`)
      return refusal(401, "api_key_invalid");
    if (request.headers["content-type"] !== "application/x-www-form-urlencoded")
      return refusal(400, "parameter_unknown");
    if (!/^\d{4}-\d\d-\d\d(\.[a-z]+)?$/.test(String(request.headers["stripe-version"])))
      return refusal(400, "version_invalid");
    const form = Object.fromEntries(new URLSearchParams(body));
    const strange = Object.keys(form).find((name) => !(name in known));
    if (strange !== undefined) return refusal(400, "parameter_unknown", strange);
    const wrong = Object.entries(known).find(([name, fits]) => !fits.test(form[name] ?? ""));
    if (wrong) return refusal(400, "parameter_invalid", wrong[0]);
    const key = String(request.headers["idempotency-key"] ?? randomUUID());
    const before = byKey.get(key);
    if (before && before.form !== body) return refusal(400, "idempotency_key_in_use");
    if (before) return [200, before.session];
    const session = sessionOf(form);
    byKey.set(key, { form: body, session });
    sessions.push(session);
    forms.push(form);
    return [200, session];
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const [status, told] = answer(request, Buffer.concat(chunks).toString());
      response.writeHead(failure?.status ?? status, { "content-type": "application/json" });
      response.end(failure?.body ?? JSON.stringify(told));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ secretKey, webhookSecret, sessions, forms },
    fail: (next) => {
      failure = next;
    },
    event: (type, session) =>
      sign(webhookSecret, {
        ...{ id: `evt_${randomUUID().replaceAll("-", "")}`, object: "event", type },
        ...{ api_version: "2024-06-20", livemode: false, pending_webhooks: 1 },
        created: Math.floor(Date.now() / 1000),
        data: { object: session },
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The event with Stripe's signature over it, made at this time (seconds; now unless given). */
export function sign(
  secret: string,
  event: object,
  time: number = Math.floor(Date.now() / 1000),
): SignedEvent {
  // Stripe's bodies are indented: what is parsed and written anew is not what was signed.
  const payload = Buffer.from(JSON.stringify(event, null, 2));
  const signature = createHmac("sha256", secret).update(`${time}.`).update(payload).digest("hex");
  return {
    payload,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "stripe-signature": `t=${time},v1=${signature},v0=${"0".repeat(64)}`,
    },
  };
}

function sessionOf(form: Record<string, string>): StripeSession {
  const id = `cs_test_a1${randomUUID().replaceAll("-", "")}`;
  return {
    ...{ id, object: "checkout.session", livemode: false, mode: "payment" },
    url: `https://checkout.stripe.com/c/pay/${id}`,
    ...{ status: "open", payment_status: "unpaid" },
    client_reference_id: form["client_reference_id"] ?? null,
    metadata: { workspace_id: form["metadata[workspace_id]"] ?? "" },
    amount_total:
      Number(form["line_items[0][price_data][unit_amount]"]) *
      Number(form["line_items[0][quantity]"]),
    currency: form["line_items[0][price_data][currency]"] ?? "",
  };
}

function refusal(status: number, code: string, param?: string): [number, object] {
  const message = `${code} ${param ?? ""}`;
  return [status, { error: { type: "invalid_request_error", code, message, param } }];
}
