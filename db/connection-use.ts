import type { EntityManager } from "@mikro-orm/postgresql";
import { sqlWords } from "./sql-words.ts";
import { openPosts } from "#domain/states.ts";

/** What goes out through a connection from now on. */
export interface ConnectionUse {
  /** Posts that wait to go out through it. */
  posts: number;
  /** Recurrences that have not ended and make posts for its channels. */
  series: number;
  queues: number;
}

const madeFor = `s."status" <> 'ended' and s."template"->'targets' @> jsonb_build_array(jsonb_build_object('channelId', c."id"))`;

/** Whether anything here refers to a channel `c`, or is people's own setting of it. */
const channelIsUsed = `(c."requires_approval" or c."group" is not null or c."defaults" is not null
  or exists (select 1 from "target" t where t."channel_id" = c."id" and t."status" not in ('cancelled', 'expired'))
  or exists (select 1 from "queue" q where q."channel_id" = c."id")
  or exists (select 1 from "series" s where ${madeFor})
  or exists (select 1 from "agent" a where a."channel_ids" @> to_jsonb(c."id"::text)))`;

/** What disconnecting it would stop, or did. */
export async function readConnectionUse(
  em: EntityManager,
  connectionId: string,
): Promise<ConnectionUse> {
  const [row] = await em.execute<[ConnectionUse]>(
    `select
       (select count(distinct t."post_id")::int from "target" t join "post" p on p."id" = t."post_id"
          join "channel" c on c."id" = t."channel_id"
          where c."connection_id" = k."id" and t."status" in ('pending', 'preparing', 'blocked')
            and p."status" in ${sqlWords(openPosts)}) as posts,
       (select count(distinct s."id")::int from "series" s, "channel" c
          where c."connection_id" = k."id" and ${madeFor}) as series,
       (select count(*)::int from "queue" q join "channel" c on c."id" = q."channel_id"
          where c."connection_id" = k."id") as queues
     from "connection" k where k."id" = ?`,
    [connectionId],
  );
  return row ?? { posts: 0, series: 0, queues: 0 };
}

/**
 * Ids of the connections that were disconnected and whose channels something still refers to: they are kept, without
 * secrets, so that connecting the same account again brings the channels back. Of one connection when its id is given.
 */
export async function disconnectedInUse(em: EntityManager, id?: string): Promise<string[]> {
  const rows = await em.execute<{ id: string }[]>(
    `select k."id" from "connection" k where k."disconnected_at" is not null and k."status" <> 'pending'
       and k."remote_account_id" is not null ${id === undefined ? "" : `and k."id" = ?`}
       and exists (select 1 from "channel" c where c."connection_id" = k."id" and ${channelIsUsed})`,
    id === undefined ? [] : [id],
  );
  return rows.map((row) => row.id);
}
