import type { RuleName } from "#domain/retention.ts";
import { countRemoved } from "../observe/metrics.ts";
import { newId } from "./entities/lib.ts";
import type { EntityManager } from "./orm.ts";

/** Adds to what was removed by a rule; nothing where nothing was. Call it in the transaction of the removal. */
export async function tallyRemoved(
  em: EntityManager,
  input: { workspaceId: string; rule: RuleName; removed: number; bytes?: number; now: Date },
): Promise<void> {
  const { workspaceId, rule, removed, bytes = 0, now } = input;
  if (removed === 0) return;
  await em.execute(
    `insert into "retention_tally" ("id", "workspace_id", "created_at", "rule", "removed", "bytes", "last_at")
     values (?, ?, ?, ?, ?, ?, ?)
     on conflict ("workspace_id", "rule") do update set
       "removed" = "retention_tally"."removed" + excluded."removed",
       "bytes" = "retention_tally"."bytes" + excluded."bytes",
       "last_at" = excluded."last_at"`,
    [newId(), workspaceId, now, rule, removed, bytes, now],
  );
  countRemoved({ rule, removed });
}
