import { LockMode } from "@mikro-orm/core";
import { isReserved, reserveCredits } from "#db/credits.ts";
import { Agent, CreditEntry, Post } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import { calendarDay } from "#domain/wake-ups.ts";
import { orGone } from "./find-or-gone.ts";

/**
 * Takes `credits` out of the workspace's balance for the agent, within the agent's own limit of the day. Locks the
 * agent's row: its spending is counted one by one. Throws Problem 402 `credit_limit` or `credits_exhausted`, with
 * nothing reserved; repeating it for the same `subject` does nothing.
 */
export async function reserveForAgent(
  em: EntityManager,
  entry: { agentId: string; subject: string; credits: number; model: string; now: Date },
): Promise<void> {
  const { agentId, subject, credits, model, now } = entry;
  const agent = orGone(
    await em.findOne(
      Agent,
      { id: agentId },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
    ),
    "agent",
  );
  // What is reserved already is part of what was spent today: counted once more, it would exceed the limit by itself.
  if (await isReserved(em, subject)) return;
  const spent = await creditsSpentToday(em, agent, now);
  if (spent + credits > agent.creditLimit) {
    throw new Problem({
      status: 402,
      code: "credit_limit",
      detail: `The agent's limit for a day is reached (credits: ${agent.creditLimit}).`,
    });
  }
  await reserveCredits(em, {
    workspaceId: agent.workspaceId,
    subject,
    credits,
    agentId,
    model,
  });
}

/** Credits that the agent spent or reserved on the calendar day of `now` in its own zone. */
export async function creditsSpentToday(
  em: EntityManager,
  agent: Agent,
  now: Date,
): Promise<number> {
  const { start, end } = calendarDay({ at: now, timeZone: agent.schedule.timeZone });
  const entries = await em.find(CreditEntry, {
    agentId: agent.id,
    createdAt: { $gte: start, $lt: end },
  });
  return -entries.reduce((sum, entry) => sum + entry.amount, 0);
}

/** Posts that the agent made on that day, but for those that were turned down or never went out. */
export async function postsMadeToday(em: EntityManager, agent: Agent, now: Date): Promise<number> {
  const { start, end } = calendarDay({ at: now, timeZone: agent.schedule.timeZone });
  return em.count(Post, {
    agentId: agent.id,
    createdAt: { $gte: start, $lt: end },
    status: { $nin: ["rejected", "cancelled", "expired", "failed"] },
  });
}
