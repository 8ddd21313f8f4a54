import pg from "pg";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Does harm while no call is under way on a blind channel, and none can begin: the locks of these posts' rows, which
 * every call has to pass, are held meanwhile. What is then `unconfirmed` there is the network's doing alone.
 */
export async function sparingBlindPosts(
  options: { superuserUrl: string; channelIds: string[] },
  harm: () => Promise<void>,
): Promise<void> {
  const client = await holdThemBack(options);
  try {
    await harm();
  } finally {
    // Closing it rolls back, and lets go. The harm may have been the end of this very connection.
    await client.end().catch(() => undefined);
  }
}

/** The connection that holds the locks; PostgreSQL may just be coming up again. */
async function holdThemBack(options: {
  superuserUrl: string;
  channelIds: string[];
}): Promise<pg.Client> {
  for (let tries = 0; ; tries += 1) {
    const client = new pg.Client({
      connectionString: options.superuserUrl,
      connectionTimeoutMillis: 5_000,
    });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await holdBack(client, options.channelIds);
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (tries >= 60) throw error;
      await sleep(250);
    }
  }
}

async function holdBack(client: pg.Client, channelIds: string[]): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    await client.query("begin");
    await client.query(
      `select 1 from post where status in ('preparing', 'awaiting_approval', 'scheduled', 'publishing', 'blocked')
         and id in (select post_id from target where channel_id = any($1)) order by id for update`,
      [channelIds],
    );
    // What was begun and ended without an answer has lost it already.
    const calls = await client.query(
      `select 1 from delivery
         join target on target.id = delivery.target_id
         join delivery_attempt as attempt on attempt.delivery_id = delivery.id
       where delivery.status = 'sending' and target.channel_id = any($1)
         and attempt.step = 'publish' and attempt.finished_at is null limit 1`,
      [channelIds],
    );
    if (calls.rowCount === 0) return;
    await client.query("rollback");
    await sleep(100);
  }
  throw new Error("a call on a blind channel did not end within 30 s");
}
