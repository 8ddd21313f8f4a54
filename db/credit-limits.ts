import type { EntityManager } from "@mikro-orm/postgresql";
import type { CreditLimit } from "#domain/credit-limits.ts";
import { calendarDay } from "#domain/wake-ups.ts";

/** Whom credits count for: always the workspace, and the person or the agent where one is named. */
export interface Spender {
  workspaceId: string;
  userId?: string | undefined;
  agentId?: string | undefined;
}

/**
 * The limits of the day that hold for the spender, with what is used of each; none where none is set. Only under the
 * lock of the workspace's balance is what they leave still there a moment later.
 */
export async function findLimits(
  em: EntityManager,
  spender: Spender,
  now: Date,
): Promise<CreditLimit[]> {
  const { workspaceId, userId = null, agentId = null } = spender;
  const [set] = await em.execute<
    {
      workspace: number | null;
      member: number | null;
      agent: number | null;
      agentZone: string | null;
    }[]
  >(
    `select details.daily_credit_limit as workspace, member.daily_credit_limit as member,
       agent.credit_limit as agent, agent.schedule->>'timeZone' as "agentZone"
     from workspace_details details
     left join member on member.workspace_id = details.id and member.user_id = ?::uuid
     left join agent on agent.workspace_id = details.id and agent.id = ?::uuid
     where details.id = ?`,
    [userId, agentId, workspaceId],
  );
  const wanted = [
    { of: "workspace", limit: set?.workspace, timeZone: "UTC", column: undefined, id: undefined },
    { of: "member", limit: set?.member, timeZone: "UTC", column: "user_id", id: userId },
    { of: "agent", limit: set?.agent, timeZone: set?.agentZone, column: "agent_id", id: agentId },
  ] as const;
  const limits: CreditLimit[] = [];
  for (const { of, limit, timeZone, column, id } of wanted) {
    if (limit === null || limit === undefined) continue;
    const { start, end } = calendarDay({ at: now, timeZone: timeZone ?? "UTC" });
    const used = await creditsUsed(em, {
      from: start,
      to: end,
      ...(column && id ? { by: { column, id } } : {}),
    });
    limits.push({ of, limit, used, renewsAt: end });
  }
  return limits;
}

/**
 * Credits that were reserved in a time, less what came back of them, whenever that was: what comes back of yesterday's
 * leaves today's limit as it is.
 */
export async function creditsUsed(
  em: EntityManager,
  { from, to, by }: { from: Date; to: Date; by?: { column: "user_id" | "agent_id"; id: string } },
): Promise<number> {
  const [row] = await em.execute<{ used: number }[]>(
    `select coalesce(-sum(entry.amount), 0)::int as used
     from credit_entry reserved
     join credit_entry entry
       on entry.subject = reserved.subject and entry.kind in ('reserve', 'settle', 'refund')
     where reserved.kind = 'reserve' and reserved.created_at >= ? and reserved.created_at < ?
       ${by ? `and reserved.${by.column} = ?` : ""}`,
    [from, to, ...(by ? [by.id] : [])],
  );
  return row?.used ?? 0;
}
