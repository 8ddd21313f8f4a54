import { raw } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { largestBalance, limitProblem, passedLimit } from "#domain/credit-limits.ts";
import { Problem } from "#domain/errors.ts";
import { creditsNearPercent } from "#domain/notifications.ts";
import type { CreditEntryKind } from "#domain/states.ts";
import { findLimits, type Spender } from "./credit-limits.ts";
import { CreditEntry, WorkspaceDetails } from "./entities/index.ts";
import { insertRow } from "./insert-row.ts";
import { recordEvent } from "./record-event.ts";

interface Entry {
  workspaceId: string;
  /**
   * `generation:<id>`, `step:<id>`, `workspace:<id>`, `grant:<id>` or `payment:<id>`: one entry of each kind per subject,
   * so that repeating is harmless.
   */
  subject: string;
}

interface Reservation extends Entry, Spender {
  credits: number;
  /** `provider/model` */
  model?: string;
  /** Decides the day that it counts for. */
  now: Date;
}

/**
 * Takes `credits` out of the balance for `subject`, within the limits of the day of the workspace and of the member or
 * agent that it counts for. All reservations of a workspace stand in line for the row of its balance, which is held until
 * the transaction ends: however many come at once, none passes a limit. Throws Problem 402 `credits_exhausted` or
 * `credit_limit`, with nothing reserved; repeating does nothing.
 */
export async function reserveCredits(em: EntityManager, wanted: Reservation): Promise<void> {
  const { workspaceId, subject, credits, userId, agentId, model, now } = wanted;
  const left = await lockBalance(em, workspaceId);
  // What is reserved already is part of what was used today: counted once more, it would pass the limit by itself.
  if (await find(em, subject, "reserve")) return;
  if (left < credits) {
    throw new Problem({
      status: 402,
      code: "credits_exhausted",
      detail: `This needs ${credits} credits and the workspace has ${left} left. An owner or admin buys more where this installation takes payments; an operator grants more with: npm run grant -- EMAIL CREDITS`,
    });
  }
  const passed = passedLimit(await findLimits(em, { workspaceId, userId, agentId }, now), credits);
  if (passed) throw limitProblem(passed, credits);
  await change(em, workspaceId, -credits);
  await insertRow(em, CreditEntry, {
    ...{ workspaceId, subject, kind: "reserve", amount: -credits, createdAt: now },
    ...{ userId: userId ?? null, agentId: agentId ?? null, model: model ?? null },
  });
  await tellOfLowCredits(em, wanted);
}

/** Says so once the balance falls below a tenth of what was granted last. */
async function tellOfLowCredits(
  em: EntityManager,
  { workspaceId, credits }: { workspaceId: string; credits: number },
): Promise<void> {
  const [row] = await em.execute<{ left: number; granted: number; grantId: string }[]>(
    `select details.credits as left, granted.amount as granted, granted.id as "grantId"
     from workspace_details details, lateral (
       select id, amount from credit_entry
       where workspace_id = details.id and kind = 'grant' and amount > 0 order by id desc limit 1) granted
     where details.id = ?`,
    [workspaceId],
  );
  if (!row) return;
  const limit = (row.granted * creditsNearPercent) / 100;
  if (row.left >= limit || row.left + credits < limit) return;
  await recordEvent(em, {
    workspaceId,
    type: "workspace.credits_low",
    subjectKind: "workspace",
    subjectId: workspaceId,
    data: { credits: row.left, grantId: row.grantId },
  });
}

/** Ends a reservation with what it really cost, at most what was reserved. Repeating does nothing. */
export async function settleCredits(
  em: EntityManager,
  entry: Entry & { credits: number },
): Promise<void> {
  await close(em, entry, "settle", entry.credits);
}

/** Gives a reservation back in full. Repeating, or refunding what was never reserved or is settled, does nothing. */
export async function refundCredits(em: EntityManager, entry: Entry): Promise<void> {
  await close(em, entry, "refund", 0);
}

/**
 * Adds credits to the balance, or takes some from it where `credits` is negative, once per subject. Answers with the line
 * of the ledger, whether it was written now, and what is left. Throws Problem 402 `credits_exhausted` where fewer are
 * left than are to be taken, and 409 `balance_too_large`.
 */
export async function grantCredits(
  em: EntityManager,
  grant: Entry & { credits: number; reason?: string; reference?: string },
): Promise<{ entry: CreditEntry; made: boolean; left: number }> {
  const { workspaceId, subject, credits, reason, reference } = grant;
  const left = await lockBalance(em, workspaceId);
  const before = await find(em, subject, "grant");
  if (before) return { entry: before, made: false, left };
  if (left + credits < 0) {
    throw new Problem({
      status: 402,
      code: "credits_exhausted",
      detail: `The workspace has ${left} credits left: ${-credits} can't be taken. A balance is never below zero.`,
    });
  }
  if (left + credits > largestBalance) {
    throw new Problem({
      status: 409,
      code: "balance_too_large",
      detail: `The workspace has ${left} credits already: ${credits} more are more than it can have.`,
    });
  }
  await change(em, workspaceId, credits);
  await insertRow(em, CreditEntry, {
    ...{ workspaceId, subject, kind: "grant", amount: credits },
    ...{ reason: reason ?? null, reference: reference ?? null },
  });
  const entry = await em.findOneOrFail(CreditEntry, { subject, kind: "grant" });
  return { entry, made: true, left: left + credits };
}

async function close(
  em: EntityManager,
  { workspaceId, subject }: Entry,
  kind: "settle" | "refund",
  cost: number,
): Promise<void> {
  // Two closings of one reservation stand in line.
  await lockBalance(em, workspaceId);
  const reserved = await find(em, subject, "reserve");
  if (!reserved) return;
  if ((await find(em, subject, "settle")) || (await find(em, subject, "refund"))) return;
  const back = Math.max(0, -reserved.amount - cost);
  if (back > 0) await change(em, workspaceId, back);
  const { userId = null, agentId = null, model = null } = reserved;
  await insertRow(em, CreditEntry, {
    workspaceId,
    subject,
    kind,
    amount: back,
    userId,
    agentId,
    model,
  });
}

/**
 * Holds the row of the workspace's balance until the transaction ends; answers with what is left. What is read after it
 * is what those saw who had it before, for each statement looks anew.
 */
async function lockBalance(em: EntityManager, workspaceId: string): Promise<number> {
  const [row] = await em.execute<{ credits: number }[]>(
    "select credits from workspace_details where id = ? for update",
    [workspaceId],
  );
  if (!row) throw new Error("there is no such workspace to spend or grant credits in");
  return row.credits;
}

async function find(
  em: EntityManager,
  subject: string,
  kind: CreditEntryKind,
): Promise<CreditEntry | null> {
  return em.findOne(CreditEntry, { subject, kind }, { refresh: true });
}

async function change(em: EntityManager, workspaceId: string, by: number): Promise<void> {
  const credits = raw<number>("credits + ?", [by]);
  await em.nativeUpdate(WorkspaceDetails, { id: workspaceId }, { credits });
}
