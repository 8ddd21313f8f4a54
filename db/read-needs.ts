import type { EntityManager } from "@mikro-orm/postgresql";
import type { Need } from "#domain/decide-expiry.ts";
import { retention } from "#domain/retention.ts";
import { generationMachine, postMachine, runMachine, type PostStatus } from "#domain/states.ts";
import { sqlWords } from "./sql-words.ts";
import { keptError } from "./withdraw-occurrences.ts";

/** What needs a file, or needed it lately. */
export interface NeedOfObject extends Need {
  /** The asset or rendition. */
  objectId: string;
  kind: "post" | "series" | "generation" | "run";
  /** Of what needs it. */
  id: string;
}

/** Nothing goes out of these by itself, but a person may try them again. */
const failed: PostStatus[] = ["failed", "partially_published"];
const openPosts = postMachine.states.filter(
  (status) => !postMachine.isFinal(status) && !failed.includes(status),
);
const endedGenerations = generationMachine.states.filter(generationMachine.isFinal);
const endedRuns = runMachine.states.filter(runMachine.isFinal);

/** What ended before has let everything go that it needed. */
const longestMs = Math.max(...Object.values(retention.objectsMs).map((ms) => ms ?? 0));

/** Every file that something in the JSON names, at any depth. */
const assetsIn = (json: string) => `jsonb_path_query(${json}, 'lax $.**.assets[*].id') #>> '{}'`;

/**
 * What needs the workspace's files: posts that are not done, with what was made for them, series that have not ended and
 * what of a paused one is made again as it was, generations at work on them, and runs of agents that are to post them; and what did so lately, with when that ended. All
 * of them, or those of the files named. Call it within the workspace; under the lock of the files' rows it is final.
 */
export async function readNeeds(
  em: EntityManager,
  { now, ids }: { now: Date; ids?: readonly string[] },
): Promise<NeedOfObject[]> {
  if (ids?.length === 0) return [];
  const since = new Date(now.getTime() - longestMs);
  const rows = await em.execute<
    { kind: string; id: string; object: string; until: number | null }[]
  >(
    `with posts as (
       select p."id", p."assets", p."parts",
         case when p."status" in ${sqlWords(openPosts)} then null
           when p."error" ->> 'code' = ? and exists (
             select from "series" s where s."id" = p."series_id" and s."status" <> 'ended')
             then greatest(p."updated_at", p."due_at")
           else greatest(p."updated_at", p."published_at", p."cancelled_at")
             + case when p."status" in ${sqlWords(failed)} then ? * interval '1 millisecond' else interval '0' end
         end as until
       from "post" p),
     lately as (select * from posts where until is null or until > ?),
     needs as (
       select 'post' as kind, "id", until,
         ${assetsIn(`jsonb_build_object('assets', "assets", 'parts', "parts")`)} as object
       from lately
       union
       select 'post', p."id", p.until, ${assetsIn(`t."overrides"`)}
       from lately p join "target" t on t."post_id" = p."id"
       union
       select 'post', p."id", p.until, unnest(array[r ->> 'assetId', r ->> 'renditionId'])
       from lately p join "target" t on t."post_id" = p."id"
       cross join jsonb_array_elements(
         case when jsonb_typeof(t."renditions") = 'array' then t."renditions" else '[]'::jsonb end) r
       union
       select 'series', "id", case when "status" = 'ended' then "updated_at" end, ${assetsIn(`"template"`)}
       from "series"
       union
       select 'generation', g."id",
         case when g."status" in ${sqlWords(endedGenerations)} then coalesce(g."finished_at", g."created_at") end,
         i ->> 'assetId'
       from "generation" g cross join jsonb_array_elements(g."inputs") i
       union
       select 'run', r."id",
         case when r."status" in ${sqlWords(endedRuns)} then coalesce(r."finished_at", r."created_at") end,
         o ->> 'assetId'
       from "run" r join "generation" g on g."run_id" = r."id" cross join jsonb_array_elements(g."outputs") o)
     select kind, "id", object, (extract(epoch from until) * 1000)::float8 as until
     from needs
     where object is not null and (until is null or until > ?)
       and (?::text[] is null or object = any(?::text[]))`,
    [
      keptError.code,
      retention.retryMs,
      since,
      since,
      ...[0, 1].map(() => (ids ? `{${ids.join(",")}}` : null)),
    ],
  );
  return rows.map(({ kind, id, object, until }) => ({
    objectId: object,
    kind: kind as NeedOfObject["kind"],
    id,
    until: until === null ? null : new Date(until),
  }));
}
