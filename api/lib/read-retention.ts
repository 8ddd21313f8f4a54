import { RetentionTally } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { retention, retentionRules, type RetentionRule, type RuleName } from "#domain/retention.ts";
import { generationMachine, runMachine } from "#domain/states.ts";
import { sqlWords } from "#db/sql-words.ts";

/** What there is of a rule's things. */
interface Counted {
  kept: number;
  /** Bytes of what is kept; null for rows. */
  bytes: number | null;
  /** Of what is kept, what the next looks will remove. */
  due: number;
}

export type CountedRule = RetentionRule &
  Counted & { removed: number; removedBytes: number; lastRemovedAt: Date | null };

const ended = sqlWords(generationMachine.states.filter(generationMachine.isFinal));
const endedRuns = sqlWords(runMachine.states.filter(runMachine.isFinal));
const generationEnd = `coalesce(g."finished_at", g."created_at")`;

/** Reads what is kept, due and removed by each rule of retention. Call it within the workspace's transaction. */
export async function readRetention(
  em: EntityManager,
  { now }: { now: Date },
): Promise<CountedRule[]> {
  const before = (ms: number) => new Date(now.getTime() - ms);
  const rows = await em.execute<
    { rule: RuleName; kept: string; bytes: string | null; due: string }[]
  >(
    `select "class" as rule, count(*) as kept, sum("bytes") as bytes,
         count(*) filter (where "class" <> 'library' and "expires_at" <= ?) as due
       from "asset" group by 1
     union all select 'rendition', count(*), sum("bytes"), count(*) filter (where "expires_at" <= ?) from "rendition"
     union all select 'generation_text', count(*), null::numeric,
         count(*) filter (where g."status" in ${ended} and ${generationEnd} <= ?)
       from "generation" g where g."texts_removed_at" is null
     union all select 'generation', count(*), null::numeric,
         count(*) filter (where g."status" in ${ended} and ${generationEnd} <= ?) from "generation" g
     union all select 'transcript', count(*), null::numeric,
         count(*) filter (where r."status" in ${endedRuns} and coalesce(r."finished_at", r."created_at") <= ?)
       from "step" s join "run" r on r."id" = s."run_id" where s."transcript" is not null or s."input" is not null
     union all select case when "status" = 'receiving' then 'unfinished_upload' else 'upload_record' end,
         count(*), sum(case when "status" = 'receiving' then "bytes" end),
         count(*) filter (where "status" not in ('fetching', 'checking') and "expires_at" <= ?)
       from "upload" group by 1
     union all select 'kept_answer', count(*), null::numeric, count(*) filter (where "created_at" < ?) from "idempotency_record"
     union all select 'notification', count(*), null::numeric, count(*) filter (where "created_at" < ?) from "notification"
     union all select 'webhook_delivery', count(*), null::numeric, count(*) filter (where "created_at" < ?) from "webhook_delivery"`,
    [
      ...[now, now],
      before(retention.generationTextsMs),
      before(retention.generationsMs),
      before(retention.transcriptsMs),
      now,
      before(retention.idempotencyMs),
      before(retention.notificationsMs),
      before(retention.webhookDeliveriesMs),
    ],
  );
  const counted = new Map(
    rows.map(({ rule, kept, bytes, due }) => [
      rule,
      { kept: Number(kept), bytes: bytes === null ? null : Number(bytes), due: Number(due) },
    ]),
  );
  const tallies = new Map((await em.find(RetentionTally, {})).map((row) => [row.rule, row]));
  return retentionRules.map((one) => ({
    ...one,
    ...(counted.get(one.rule) ?? { kept: 0, bytes: null, due: 0 }),
    removed: tallies.get(one.rule)?.removed ?? 0,
    removedBytes: tallies.get(one.rule)?.bytes ?? 0,
    lastRemovedAt: tallies.get(one.rule)?.lastAt ?? null,
  }));
}
