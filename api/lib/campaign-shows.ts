import type { Post } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";

/** Whether giving the post this campaign changes what goes out, as a channel's defaults write it into links. */
export async function campaignShows(
  em: EntityManager,
  post: Post,
  campaign: string | null | undefined,
): Promise<boolean> {
  if (campaign === undefined || campaign === (post.campaign ?? null)) return false;
  const rows = await em.execute<object[]>(
    `select 1 from "target" t join "channel" c on c."id" = t."channel_id"
     where t."post_id" = ? and t."takes_defaults" and (c."defaults" -> 'utm')::text like '%{campaign}%' limit 1`,
    [post.id],
  );
  return rows.length > 0;
}
