import { z } from "zod";
import { creditsUsed } from "#db/credit-limits.ts";
import { CreditEntry, Member, Payment, WorkspaceDetails } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { leftOf } from "#domain/credit-limits.ts";
import { Problem } from "#domain/errors.ts";
import { calendarDay } from "#domain/wake-ups.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { DailyCreditLimit } from "../lib/daily-credit-limit.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { paymentsOf } from "../lib/payments-of.ts";
import { readRows } from "../lib/read-rows.ts";
import { Id, Instant, iso, responses } from "../lib/responses.ts";
import { principalOf } from "../plugins/access.ts";

const Day = z.object({
  dailyCreditLimit: DailyCreditLimit,
  usedToday: z.int().describe("Spent, or reserved by what is still at work"),
  leftToday: z.int().nullable().describe("Of the limit; null without one"),
});

const PackView = z.object({
  name: z.string(),
  credits: z.int(),
  amount: z.int().describe("In the currency's smallest unit"),
  currency: z
    .string()
    .describe("ISO 4217, in small letters")
    .meta({ examples: ["eur"] }),
});

const CreditsView = z.object({
  credits: z.int().describe("Neither spent nor reserved"),
  reserved: z.int().describe("By what is still at work; what it does not cost comes back"),
  workspace: Day,
  member: Day.describe("Of who asks, or of who made the API key that does"),
  renewsAt: Instant.describe("When the next day begins"),
  takesPayments: z.boolean().describe("Without it an operator grants credits"),
  packs: z.array(PackView).describe("What can be bought; nothing where no payments are taken"),
});

const entryKinds = z.enum(["reserve", "settle", "refund", "grant"]);

const EntryView = z.object({
  id: Id,
  kind: entryKinds,
  amount: z.int().describe("As it changed the balance: below zero for what was reserved or taken"),
  subject: z.string().describe("What it is for: `generation:<id>`, `step:<id>`, `payment:<id>`"),
  userId: Id.nullable().describe("The person whom it counts for; of an API key, who made it"),
  agentId: Id.nullable(),
  model: z.string().nullable().describe("`provider/model`"),
  reason: z.string().nullable().describe("Of a grant"),
  reference: z.string().nullable().describe("What whoever granted it calls it"),
  createdAt: Instant,
});

/** Credits: what is left and how much of it a day may take, the ledger, and buying more. */
export const addCreditRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/v1/credits",
    config: { access: { scope: "usage:read" } },
    schema: {
      tags: ["credits"],
      summary: "What is left, reserved and used today, and the limits of a day",
      response: responses({ 200: CreditsView }),
    },
    handler: async (request) => {
      const { workspaceId, userId } = principalOf(request);
      const { start: from, end: to } = calendarDay({ at: context.now(), timeZone: "UTC" });
      const now = await readRows(context, workspaceId, async (em) => {
        const { credits, dailyCreditLimit } = await em.findOneOrFail(WorkspaceDetails, {
          id: workspaceId,
        });
        const member = await em.findOne(Member, { userId });
        const by = { column: "user_id", id: userId } as const;
        return {
          credits,
          reserved: await creditsReserved(em),
          workspace: dayOf(dailyCreditLimit, await creditsUsed(em, { from, to })),
          member: dayOf(member?.dailyCreditLimit, await creditsUsed(em, { from, to, by })),
        };
      });
      const takesPayments = context.payments !== undefined;
      const packs = takesPayments ? [...context.creditPacks] : [];
      return { ...now, renewsAt: iso(to), takesPayments, packs };
    },
  });

  app.route({
    method: "GET",
    url: "/v1/credits/entries",
    config: { access: { scope: "usage:read" } },
    schema: {
      tags: ["credits"],
      summary: "The ledger of credits, newest first; its sum is what is left",
      querystring: z.strictObject({ ...PageQuery.shape, kind: entryKinds.optional() }),
      response: responses({ 200: pageOf(EntryView) }),
    },
    handler: async (request) => {
      const { limit, cursor, kind } = request.query;
      const rows = await inWorkspace(context.orm, principalOf(request).workspaceId).find(
        CreditEntry,
        { ...afterCursor(cursor), ...(kind === undefined ? {} : { kind }) },
        { orderBy: { id: "desc" }, limit: limit + 1 },
      );
      return toPage(rows, limit, viewEntry);
    },
  });

  app.route({
    method: "POST",
    url: "/v1/credits/checkout",
    config: { access: { scope: "workspace:write" } },
    schema: {
      tags: ["credits"],
      summary: "Begin to buy a pack of credits: where to pay",
      description:
        "The credits are there once the payment provider has told that they are paid, which may take days for some ways of paying.",
      body: z.strictObject({
        pack: z
          .string()
          .min(1)
          .max(40)
          .meta({ examples: ["small"] }),
      }),
      response: responses({ 200: z.object({ id: Id, url: z.url(), pack: PackView }) }, [
        "unknown_pack",
        "payment_not_configured",
        "payment_unavailable",
      ]),
    },
    handler: async (request, reply) => {
      const { workspaceId, actor } = principalOf(request);
      const payments = paymentsOf(context);
      const pack = context.creditPacks.find(({ name }) => name === request.body.pack);
      if (!pack) {
        const names = context.creditPacks.map(({ name }) => name).join(", ");
        throw new Problem({
          status: 422,
          code: "unknown_pack",
          detail: `There is no pack ${request.body.pack}. There are: ${names}.`,
          errors: [{ pointer: "/pack", detail: "is no pack that is sold here" }],
        });
      }
      const id = newId();
      const prepare = () =>
        payments.checkout({
          ...{ paymentId: id, workspaceId, pack },
          returnUrl: `${context.publicUrl}/`,
        });
      const options = { status: 200, prepare } as const;
      return accept(context, { request, reply }, options, async (em, { remoteId, url }) => {
        const { name, credits, amount, currency } = pack;
        await insertRow(em, Payment, {
          ...{ id, workspaceId, provider: payments.name, remoteId, createdBy: actor },
          ...{ pack: name, credits, amount, currency },
        });
        await recordAudit(em, {
          ...{ workspaceId, actor, address: request.ip },
          action: "payment.begun",
          subject: `payment:${id}`,
          detail: { credits, amount, currency },
        });
        return { body: { id, url, pack }, subjectId: id };
      });
    },
  });
};

function dayOf(dailyCreditLimit: number | null | undefined, usedToday: number) {
  const limit = dailyCreditLimit ?? null;
  const leftToday = limit === null ? null : leftOf({ limit, used: usedToday });
  return { dailyCreditLimit: limit, usedToday, leftToday };
}

/** Credits that were reserved, and neither settled nor given back yet. */
async function creditsReserved(em: EntityManager): Promise<number> {
  const [row] = await em.execute<{ reserved: number }[]>(
    `select coalesce(-sum(amount), 0)::int as reserved from credit_entry open
     where kind = 'reserve' and not exists (
       select 1 from credit_entry closing
       where closing.subject = open.subject and closing.kind in ('settle', 'refund'))`,
  );
  return row?.reserved ?? 0;
}

function viewEntry(entry: CreditEntry): z.infer<typeof EntryView> {
  return {
    ...{ id: entry.id, kind: entry.kind, amount: entry.amount, subject: entry.subject },
    userId: entry.userId ?? null,
    agentId: entry.agentId ?? null,
    model: entry.model ?? null,
    reason: entry.reason ?? null,
    reference: entry.reference ?? null,
    createdAt: iso(entry.createdAt),
  };
}
