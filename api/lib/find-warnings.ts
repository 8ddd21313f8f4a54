import { z } from "zod";
import type { EntityManager } from "#db/orm.ts";
import { postMachine } from "#domain/states.ts";
import type { Shortened } from "./check-post.ts";
import { Id, iso } from "./responses.ts";

/** What speaks against a post and does not forbid it. */
export const Warning = z.object({
  code: z.enum(["same_text", "close_in_time", "media_shortened"]),
  detail: z.string(),
  channelId: Id,
  postId: Id.nullable().describe("The other post, where there is one"),
});
export type Warning = z.infer<typeof Warning>;

export const Warnings = z
  .array(Warning)
  .describe(
    "What speaks against it, and forbids nothing: the same text on the channel within 30 days, another post there within an hour, of each the nearest; a video that is longer than the channel takes",
  );

/** Posts in these states surprise nobody. */
const over = ["cancelled", "rejected", "expired"];
const live = postMachine.states.filter((status) => !over.includes(status));

interface Found {
  about: string;
  channelId: string;
  channelName: string;
  postId: string;
  dueAt: Date;
}

/**
 * Warnings about posts that are written already, by the id of the post: in two statements, however many they are. Call
 * it within the transaction that wrote them.
 */
export async function findWarnings(
  em: EntityManager,
  postIds: string[],
): Promise<Map<string, Warning[]>> {
  const found = new Map<string, Warning[]>();
  if (postIds.length === 0) return found;
  const add = (code: Warning["code"], rows: Found[], tell: (row: Found) => string) => {
    for (const row of rows) {
      const { about, channelId, postId } = row;
      const warning = { code, detail: tell(row), channelId, postId };
      found.set(about, [...(found.get(about) ?? []), warning]);
    }
  };
  const sameText = await em.execute<Found[]>(
    nearest(`ot."text_key" = t."text_key"
      and op."due_at" between p."due_at" - interval '30 days' and p."due_at" + interval '30 days'`),
    [listed(live), listed(postIds)],
  );
  add("same_text", sameText, ({ channelName, dueAt }) => {
    return `The same text goes to ${channelName} within 30 days: ${iso(new Date(dueAt))}.`;
  });
  const closeInTime = await em.execute<Found[]>(
    nearest(`op."due_at" > p."due_at" - interval '1 hour'
      and op."due_at" < p."due_at" + interval '1 hour'`),
    [listed(live), listed(postIds)],
  );
  add("close_in_time", closeInTime, ({ channelName, dueAt }) => {
    return `Another post goes to ${channelName} within an hour: ${iso(new Date(dueAt))}.`;
  });
  return found;
}

/** Of each target of the posts, the other post on its channel that is nearest in time, where one fits. */
function nearest(fits: string): string {
  return `
    select p."id" as "about", t."channel_id" as "channelId", t."channel_name" as "channelName",
      o."id" as "postId", o."due_at" as "dueAt"
    from "post" p join "target" t on t."post_id" = p."id"
    cross join lateral (
      select op."id", op."due_at" from "post" op join "target" ot on ot."post_id" = op."id"
      where op."id" <> p."id" and op."status" = any(?::text[])
        and ot."channel_id" = t."channel_id" and ot."status" not in ('cancelled', 'expired')
        and ${fits}
      order by abs(extract(epoch from op."due_at" - p."due_at")), op."id" limit 1) o
    where p."id" = any(?::uuid[])
    order by p."id", t."position"`;
}

/** What is cut, as a warning. */
export function warnOfCuts(shortened: readonly Shortened[]): Warning[] {
  return shortened.map(({ channelId, detail }) => ({
    code: "media_shortened" as const,
    detail,
    channelId,
    postId: null,
  }));
}

function listed(words: readonly string[]): string {
  return `{${words.join(",")}}`;
}
