import { sql } from "@mikro-orm/core";
import { RateUse } from "#db/entities/index.ts";
import { insertRowOnce } from "#db/insert-row.ts";
import type { EntityManager } from "#db/orm.ts";

/**
 * Lets the whole account wait until then, as the platform asked with its answer 429: `takeRates` keeps it. A pause is
 * never made shorter. In the caller's transaction.
 */
export async function pauseAccount(
  em: EntityManager,
  input: { workspaceId: string; connectionId: string; until: Date },
): Promise<void> {
  const { workspaceId, connectionId, until } = input;
  await insertRowOnce(em, RateUse, { workspaceId, connectionId, uses: {} }, ["connectionId"]);
  await em.nativeUpdate(
    RateUse,
    { connectionId },
    { pausedUntil: sql`greatest(paused_until, ${until})` },
  );
}
