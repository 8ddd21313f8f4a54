import { retention } from "#domain/retention.ts";
import { generationMachine, runMachine } from "#domain/states.ts";
import type { EntityManager } from "./orm.ts";
import { sqlWords } from "./sql-words.ts";
import { tallyRemoved } from "./tally-removed.ts";

interface Some {
  workspaceId: string;
  now: Date;
  /** At most so many. */
  limit: number;
}

const ended = sqlWords(generationMachine.states.filter(generationMachine.isFinal));
const endedRuns = sqlWords(runMachine.states.filter(runMachine.isFinal));

/** Generations that are over for so long, and that neither a run nor another generation at work reads any more. */
const isOver = `g."status" in ${ended} and coalesce(g."finished_at", g."created_at") <= ?
  and not exists (select 1 from "run" r where r."id" = g."run_id" and r."status" not in ${endedRuns})
  and not exists (select 1 from "generation" o
    where o."status" not in ${ended} and o."settings" ->> 'captionsFrom' = g."id"::text)`;

/**
 * Removes prompts, instructions and texts of generations that are over for long, and keeps the rest of them. Of what an
 * offline model wrote a hash is left, by which it is still known for one. Call it within a transaction; gives how many.
 */
export async function removeGenerationTexts(
  em: EntityManager,
  some: Some & { offlineProviders: readonly string[] },
): Promise<number> {
  const { now, limit, offlineProviders } = some;
  const before = new Date(now.getTime() - retention.generationTextsMs);
  const rows = await em.execute<{ id: string }[]>(
    `update "generation" set "prompt" = '', "settings" = "settings" - 'instructions', "texts_removed_at" = ?,
       "outputs" = (
         select coalesce(jsonb_agg(case
           when not jsonb_exists(one, 'text') then one
           when "provider" = any(?::text[]) then jsonb_build_object(
             'text', '', 'sha256', encode(sha256(convert_to(one ->> 'text', 'UTF8')), 'hex'))
           else '{"text": ""}'::jsonb end order by place), '[]'::jsonb)
         from jsonb_array_elements("outputs") with ordinality as each(one, place))
     where "id" in (
       select g."id" from "generation" g where g."texts_removed_at" is null and ${isOver}
       order by g."id" limit ? for update)
     returning "id"`,
    [now, `{${offlineProviders.join(",")}}`, before, limit],
  );
  if (rows.length === 0) return 0;
  await em.execute(
    `update "generation_call" set "output" = '{"text": ""}'::jsonb
     where "generation_id" = any(?::uuid[]) and jsonb_exists("output", 'text')`,
    [`{${rows.map(({ id }) => id).join(",")}}`],
  );
  await tallyRemoved(em, { ...some, rule: "generation_text", removed: rows.length });
  return rows.length;
}

/** Removes what agents said and were told in runs that are over for long; that a step was, and its price, stays. */
export async function removeTranscripts(em: EntityManager, some: Some): Promise<number> {
  const before = new Date(some.now.getTime() - retention.transcriptsMs);
  // The generation that a step ordered is told of by its own row.
  const left = `case when jsonb_exists("output", 'generationId')
    then jsonb_build_object('generationId', "output" -> 'generationId') end`;
  const rows = await em.execute<{ id: string }[]>(
    `update "step" set "transcript" = null, "input" = null, "output" = ${left}
     where "id" in (
       select s."id" from "step" s join "run" r on r."id" = s."run_id"
       where r."status" in ${endedRuns} and coalesce(r."finished_at", r."created_at") <= ?
         and (s."transcript" is not null or s."input" is not null
           or (s."output" is not null and not (s."output" = jsonb_build_object('generationId', s."output" -> 'generationId'))))
       order by s."id" limit ?)
     returning "id"`,
    [before, some.limit],
  );
  await tallyRemoved(em, { ...some, rule: "transcript", removed: rows.length });
  return rows.length;
}

/** Removes generations that are over for more than a year. What they cost stays in the ledger. */
export async function removeGenerations(em: EntityManager, some: Some): Promise<number> {
  const { workspaceId, now, limit } = some;
  const before = new Date(now.getTime() - retention.generationsMs);
  const rows = await em.execute<{ id: string }[]>(
    `with over as (
       select g."id" from "generation" g where ${isOver} order by g."id" limit ? for update),
     noted as (
       insert into "expired_object" ("id", "workspace_id", "created_at", "kind", "rule", "bytes", "removed_at")
       select "id", ?, ?, 'generation', 'generation', 0, ? from over)
     delete from "generation" where "id" in (select "id" from over) returning "id"`,
    [before, limit, workspaceId, now, now],
  );
  await tallyRemoved(em, { ...some, rule: "generation", removed: rows.length });
  return rows.length;
}
