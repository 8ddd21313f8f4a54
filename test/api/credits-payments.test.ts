import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createStripe } from "#api/payments/stripe.ts";
import { AuditEvent, CreditEntry, Event, Payment } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import {
  sign,
  startStripe,
  type SignedEvent,
  type StripeServer,
  type StripeSession,
} from "../harness/start-stripe.ts";
import { guest, person, program, type Caller } from "./callers.ts";

let api: TestApi;
let stripe: StripeServer;
let owner: Caller;
const reports: object[] = [];

beforeAll(async () => {
  stripe = await startStripe();
  const { secretKey, webhookSecret, origin: baseUrl } = stripe;
  const report = (failure: object) => void reports.push(failure);
  api = await startApi({
    payments: createStripe({ secretKey, webhookSecret, baseUrl, fetch, report }),
  });
});

afterAll(async () => {
  await api?.close();
  await stripe?.close();
});

beforeEach(async () => {
  stripe.fail();
  reports.length = 0;
  owner = await person(api);
});

const db = () => inWorkspace(api.context.orm, owner.workspaceId);
const checkout = (by: Caller, body: object, key?: string) =>
  by.call("POST", "/v1/credits/checkout", {
    body,
    ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
  });
const tell = ({ headers, payload }: SignedEvent) =>
  api.app.inject({ method: "POST", url: "/v1/payments/webhook", headers, payload });
const balance = async () => (await owner.call("GET", "/v1/credits")).json().credits;

/** A payment that was begun; what Stripe knows of it. */
async function begun(pack = "small"): Promise<StripeSession> {
  const answer = await checkout(owner, { pack });
  expect(answer.statusCode, answer.body).toBe(200);
  return stripe.sessions.at(-1) as StripeSession;
}

const paid = (session: StripeSession): StripeSession => ({
  ...session,
  status: "complete",
  payment_status: "paid",
});
const completed = (session: StripeSession) =>
  stripe.event("checkout.session.completed", paid(session));

describe("a checkout", () => {
  it("answers with Stripe's page, and tells Stripe of nobody more than ids", async () => {
    const answer = await checkout(owner, { pack: "medium" });
    const session = stripe.sessions.at(-1);
    expect(answer.json()).toEqual({
      id: expect.any(String),
      url: session?.url,
      pack: { name: "medium", credits: 5000, amount: 4500, currency: "usd" },
    });
    const { id } = answer.json();
    expect(stripe.forms.at(-1)).toEqual({
      mode: "payment",
      client_reference_id: id,
      "metadata[workspace_id]": owner.workspaceId,
      "line_items[0][quantity]": "1",
      "line_items[0][price_data][currency]": "usd",
      "line_items[0][price_data][unit_amount]": "4500",
      "line_items[0][price_data][product_data][name]": "5,000 credits",
      success_url: "http://127.0.0.1:8080/",
      cancel_url: "http://127.0.0.1:8080/",
    });
    expect(await db().findOneOrFail(Payment, { id })).toMatchObject({
      ...{ provider: "stripe", remoteId: session?.id, status: "open", credits: 5000 },
    });
    expect(await balance()).toBe(1_000);
    const [line] = await db().find(AuditEvent, { action: "payment.begun" });
    expect(line).toMatchObject({ subject: `payment:${id}`, detail: { credits: 5000 } });
  });

  it("that is repeated with its key is begun once", async () => {
    const key = randomUUID();
    const first = await checkout(owner, { pack: "small" }, key);
    const made = stripe.sessions.length;
    const again = await checkout(owner, { pack: "small" }, key);
    expect(again.json()).toEqual(first.json());
    expect(stripe.sessions).toHaveLength(made);
    expect(await db().count(Payment, {})).toBe(1);
  });

  it("is for who rules the workspace, and for packs that are sold", async () => {
    const editor = await guest(api, owner, "editor");
    expect((await checkout(editor, { pack: "small" })).json()).toMatchObject({
      code: "missing_scope",
    });
    const key = await program(api, owner, ["workspace:write"]);
    expect((await checkout(key, { pack: "small" })).statusCode).toBe(200);
    const made = stripe.sessions.length;
    expect((await checkout(owner, { pack: "huge" })).json()).toMatchObject({
      ...{ status: 422, code: "unknown_pack", errors: [{ pointer: "/pack" }] },
      detail: "There is no pack huge. There are: small, medium, large.",
    });
    expect(stripe.sessions).toHaveLength(made);
  });

  it.each([
    [{ status: 500, body: "oops" }, "payment_unavailable"],
    [{ status: 200, body: '{"id": 1}' }, "payment_unavailable"],
    [{ status: 200, body: "<html>" }, "payment_unavailable"],
    [{ status: 400, body: '{"error": {"code": "amount_too_small"}}' }, "payment_unavailable"],
    [{ status: 401, body: '{"error": {"message": "sk_test_"}}' }, "payment_unavailable"],
  ])("says so where Stripe answers %j", async (failure, code) => {
    stripe.fail(failure);
    const answer = await checkout(owner, { pack: "small" });
    expect(answer.json()).toMatchObject({ status: 503, code });
    expect(answer.body).not.toContain("sk_test");
    expect(await db().count(Payment, {})).toBe(0);
    expect(reports.length).toBe(failure.status === 200 ? 0 : 1);
  });

  it("says so where Stripe is away", async () => {
    const gone = await startStripe();
    await gone.close();
    const elsewhere = await startApi({
      payments: createStripe({
        ...{ secretKey: "sk", webhookSecret: "whsec", baseUrl: gone.origin },
        ...{ fetch, report: () => undefined },
      }),
    });
    try {
      const someone = await person(elsewhere);
      const answer = await checkout(someone, { pack: "small" });
      expect(answer.json()).toMatchObject({ status: 503, code: "payment_unavailable" });
      expect(answer.headers["retry-after"]).toBe("5");
    } finally {
      await elsewhere.close();
    }
  });
});

describe("a payment", () => {
  it("grants its credits once, however often Stripe tells of it, all at once", async () => {
    const session = await begun();
    const answers = await Promise.all(Array.from({ length: 12 }, () => tell(completed(session))));
    for (const answer of answers) expect(answer.json()).toEqual({ received: true });
    const again = completed(session);
    expect((await tell(again)).statusCode).toBe(200);
    expect((await tell(again)).statusCode).toBe(200);
    expect(await balance()).toBe(2_000);
    const [grant, ...more] = await db().find(CreditEntry, { subject: { $like: "payment:%" } });
    expect(more).toEqual([]);
    expect(grant).toMatchObject({ kind: "grant", amount: 1_000, reference: session.id });
    expect(await db().findOneOrFail(Payment, { remoteId: session.id })).toMatchObject({
      status: "paid",
      endedAt: expect.any(Date),
    });
    expect(await db().count(AuditEvent, { action: "credits.granted" })).toBe(1);
    const events = await db().find(Event, { type: "workspace.credits_granted" });
    expect(events).toMatchObject([{ data: { credits: 1_000, left: 2_000 } }]);
    const { data } = (await owner.call("GET", "/v1/credits/entries?kind=grant")).json();
    expect(data[0]).toMatchObject({ amount: 1_000, reason: "Bought: small", kind: "grant" });
  });

  it("that takes days is granted when the money has come, in whatever order that is told", async () => {
    const session = await begun();
    const complete: StripeSession = { ...session, status: "complete", payment_status: "unpaid" };
    await tell(stripe.event("checkout.session.completed", complete));
    expect(await balance()).toBe(1_000);
    await tell(stripe.event("checkout.session.async_payment_succeeded", paid(session)));
    expect(await balance()).toBe(2_000);

    const other = await begun();
    await tell(stripe.event("checkout.session.async_payment_succeeded", paid(other)));
    await tell(stripe.event("checkout.session.completed", { ...complete, ...paid(other) }));
    await tell(stripe.event("checkout.session.expired", other));
    await tell(stripe.event("checkout.session.async_payment_failed", other));
    expect(await balance()).toBe(3_000);
    expect(await db().count(Payment, { status: "paid" })).toBe(2);
  });

  it("that failed or expired grants nothing, until it is paid after all", async () => {
    const [failed, expired] = [await begun(), await begun()];
    await tell(stripe.event("checkout.session.async_payment_failed", failed));
    await tell(stripe.event("checkout.session.expired", { ...expired, status: "expired" }));
    expect(await balance()).toBe(1_000);
    expect(await db().count(Payment, { status: { $in: ["failed", "expired"] } })).toBe(2);
    await tell(stripe.event("checkout.session.async_payment_succeeded", paid(failed)));
    expect(await balance()).toBe(2_000);
  });

  it("grants what was sold when it was begun", async () => {
    const session = await begun();
    const sold = { name: "small", credits: 1, amount: 1, currency: "usd" };
    const packs = api.context.creditPacks;
    api.context.creditPacks = [sold];
    await tell(completed(session));
    api.context.creditPacks = packs;
    expect(await balance()).toBe(2_000);
  });

  it("of another session, another workspace or nobody changes nothing", async () => {
    const session = await begun();
    const stranger = await person(api);
    const good = paid(session);
    for (const other of [
      { ...good, id: "cs_test_another" },
      { ...good, client_reference_id: randomUUID() },
      { ...good, client_reference_id: null },
      { ...good, client_reference_id: "order 7" },
      { ...good, metadata: { workspace_id: stranger.workspaceId } },
      { ...good, metadata: { workspace_id: randomUUID() } },
      { ...good, metadata: {} },
    ]) {
      const answer = await tell(stripe.event("checkout.session.completed", other));
      // It is signed: told again, it would be the same.
      expect(answer.json(), JSON.stringify(other)).toEqual({ received: true });
    }
    expect((await tell(stripe.event("invoice.paid", good))).statusCode).toBe(200);
    expect((await tell(sign(stripe.webhookSecret, { type: "ping" }))).statusCode).toBe(200);
    expect(await balance()).toBe(1_000);
    expect((await stranger.call("GET", "/v1/credits")).json().credits).toBe(1_000);
  });
});

describe("what is not signed by Stripe", () => {
  it("is refused, and grants nothing", async () => {
    const session = await begun();
    const event = completed(session);
    const wrong: [string, SignedEvent][] = [
      ["no signature", { ...event, headers: { "content-type": "application/json" } }],
      ["another secret", sign("whsec_other", { type: "checkout.session.completed" })],
      ["another body", { ...event, payload: Buffer.concat([event.payload, Buffer.from(" ")]) }],
      ["an old one", sign(stripe.webhookSecret, { type: "x" }, Date.now() / 1000 - 400)],
      ["one from the future", sign(stripe.webhookSecret, { type: "x" }, Date.now() / 1000 + 400)],
      ["no body", { headers: event.headers, payload: Buffer.alloc(0) }],
    ];
    for (const [what, sent] of wrong) {
      const answer = await tell(sent);
      expect(answer.json(), what).toMatchObject({ status: 400, code: "signature_not_valid" });
    }
    expect(await balance()).toBe(1_000);
  });

  it("is not read at all beyond a size", async () => {
    const answer = await tell(sign("whsec_other", { x: "x".repeat(600_000) }));
    expect(answer.json()).toMatchObject({ status: 413, code: "too_large" });
  });
});

it("without a payment provider credits are not sold, and that is said", async () => {
  const plain = await startApi();
  try {
    const someone = await person(plain);
    expect((await checkout(someone, { pack: "small" })).json()).toMatchObject({
      ...{ status: 422, code: "payment_not_configured" },
      detail: expect.stringContaining("Ask an operator"),
    });
    expect((await someone.call("GET", "/v1/credits")).json()).toMatchObject({
      takesPayments: false,
      packs: [],
    });
    const answer = await plain.app.inject({ method: "POST", url: "/v1/payments/webhook" });
    expect(answer.json()).toMatchObject({ status: 422, code: "payment_not_configured" });
  } finally {
    await plain.close();
  }
});
