import { Post, type Agent } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { calendarDay } from "#domain/wake-ups.ts";

/**
 * Posts that the agent made on the calendar day of `now` in its own zone, but for those that were turned down or never
 * went out.
 */
export async function postsMadeToday(em: EntityManager, agent: Agent, now: Date): Promise<number> {
  const { start, end } = calendarDay({ at: now, timeZone: agent.schedule.timeZone });
  return em.count(Post, {
    agentId: agent.id,
    createdAt: { $gte: start, $lt: end },
    status: { $nin: ["rejected", "cancelled", "expired", "failed"] },
  });
}
