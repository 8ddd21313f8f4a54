import { z } from "zod";
import type { EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { largestBalance } from "#domain/credit-limits.ts";

/** How many credits may be reserved in a day. */
export const DailyCreditLimit = z
  .int()
  .min(0)
  .max(largestBalance)
  .nullable()
  .describe("Credits that may be reserved in a day of UTC; null for no limit");

/** Sets the limit of a workspace or a member, with a line in the audit log; nothing where it is so already. */
export async function changeCreditLimit(
  em: EntityManager,
  row: { dailyCreditLimit?: number | null | undefined },
  change: {
    /** Undefined: it stays as it is. */
    to: number | null | undefined;
    line: Omit<Parameters<typeof recordAudit>[1], "detail">;
  },
): Promise<void> {
  const { to, line } = change;
  const from = row.dailyCreditLimit ?? null;
  if (to === undefined || to === from) return;
  row.dailyCreditLimit = to;
  await em.flush();
  await recordAudit(em, { ...line, detail: { from: from ?? "none", to: to ?? "none" } });
}
