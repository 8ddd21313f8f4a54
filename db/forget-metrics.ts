import type { EntityManager } from "@mikro-orm/postgresql";

/** What was measured through the connection goes with it; the posts keep their ids, addresses and outcomes. */
export async function forgetMetrics(em: EntityManager, connectionId: string): Promise<void> {
  await em.execute(
    `delete from metric_snapshot where target_id in
       (select target.id from target join channel on channel.id = target.channel_id where channel.connection_id = ?)`,
    [connectionId],
  );
}
