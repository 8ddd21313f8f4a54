import { CreditEntry, Post, type Agent } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { calendarDay } from "#domain/wake-ups.ts";

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
