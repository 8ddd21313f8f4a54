import { LockMode } from "@mikro-orm/core";
import { RateUse } from "#db/entities/index.ts";
import { insertRowOnce } from "#db/insert-row.ts";
import type { EntityManager } from "#db/orm.ts";
import { takeRate, type Rate } from "#domain/take-rate.ts";

/** Why a call may not be made yet, and how long. */
export interface RateWait {
  waitMs: number;
  /** In words for people. */
  detail: string;
}

/**
 * Takes one use of each of the rates, all or none, in the caller's transaction: what is rolled back was not taken.
 * Undefined when there was room. Whoever else takes for the same account waits for the end of the transaction, so this
 * comes last in it. The pause that the platform itself asked for is kept without rates too.
 */
export async function takeRates(
  em: EntityManager,
  input: { workspaceId: string; connectionId: string; rates: Rate[]; now: Date },
): Promise<RateWait | undefined> {
  const { connectionId, rates, now } = input;
  if (rates.length === 0) {
    const known = await em.findOne(RateUse, { connectionId }, { refresh: true });
    return pauseOf(known, now);
  }
  const row = await lockedRow(em, input);
  const paused = pauseOf(row, now);
  if (paused) return paused;

  const taken = rates.map((rate) => ({
    rate,
    ...takeRate({ rate, uses: row.uses[rate.name] ?? [], now }),
  }));
  const fullest = taken.toSorted((a, b) => b.waitMs - a.waitMs)[0];
  if (fullest && fullest.waitMs > 0) {
    const { requests, name } = fullest.rate;
    const detail = `The account has used what the platform allows: ${requests} ${name}.`;
    return { waitMs: fullest.waitMs, detail };
  }
  // A rate that the platform does not have any more is forgotten with this.
  row.uses = Object.fromEntries(taken.map(({ rate, uses }) => [rate.name, uses]));
  await em.flush();
  return undefined;
}

async function lockedRow(
  em: EntityManager,
  input: { workspaceId: string; connectionId: string },
): Promise<RateUse> {
  const { workspaceId, connectionId } = input;
  const find = () =>
    em.findOne(RateUse, { connectionId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  const known = await find();
  if (known) return known;
  await insertRowOnce(em, RateUse, { workspaceId, connectionId, uses: {} }, ["connectionId"]);
  const made = await find();
  if (!made) throw new Error(`the rates of connection ${connectionId} can't be kept`);
  return made;
}

function pauseOf(row: RateUse | null, now: Date): RateWait | undefined {
  const waitMs = (row?.pausedUntil?.getTime() ?? 0) - now.getTime();
  return waitMs > 0
    ? { waitMs, detail: "The platform asked this account to slow down." }
    : undefined;
}
