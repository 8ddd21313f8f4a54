import { LockMode, raw } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { Problem } from "#domain/errors.ts";
import { creditsNearPercent } from "#domain/notifications.ts";
import type { CreditEntryKind } from "#domain/states.ts";
import { CreditEntry, WorkspaceDetails } from "./entities/index.ts";
import { insertRow } from "./insert-row.ts";
import { recordEvent } from "./record-event.ts";

interface Entry {
  workspaceId: string;
  /** `generation:<id>`, `step:<id>`, `workspace:<id>` or `grant:<id>`: one entry of each kind per subject, so that repeating is harmless. */
  subject: string;
  agentId?: string | undefined;
  model?: string | undefined;
}

/** Takes `credits` out of the balance for `subject`. Throws Problem 402 `credits_exhausted`; repeating does nothing. */
export async function reserveCredits(
  em: EntityManager,
  entry: Entry & { credits: number },
): Promise<void> {
  if (await alreadyWritten(em, entry.subject, "reserve")) return;
  const changed = await em.nativeUpdate(
    WorkspaceDetails,
    { id: entry.workspaceId, credits: { $gte: entry.credits } },
    { credits: changedBy(-entry.credits) },
  );
  if (changed === 0) {
    throw new Problem({
      status: 402,
      code: "credits_exhausted",
      detail: `This needs ${entry.credits} credits and the workspace has fewer left. An operator grants more with: npm run grant -- EMAIL CREDITS`,
    });
  }
  await write(em, entry, "reserve", -entry.credits);
  await tellOfLowCredits(em, entry);
}

/** Says so once the balance falls below a tenth of what was granted last. */
async function tellOfLowCredits(
  em: EntityManager,
  { workspaceId, credits }: { workspaceId: string; credits: number },
): Promise<void> {
  const [row] = await em.execute<{ left: number; granted: number; grantId: string }[]>(
    `select details.credits as left, granted.amount as granted, granted.id as "grantId"
     from workspace_details details, lateral (
       select id, amount from credit_entry
       where workspace_id = details.id and kind = 'grant' order by id desc limit 1) granted
     where details.id = ?`,
    [workspaceId],
  );
  if (!row) return;
  const limit = (row.granted * creditsNearPercent) / 100;
  if (row.left >= limit || row.left + credits < limit) return;
  await recordEvent(em, {
    workspaceId,
    type: "workspace.credits_low",
    subjectKind: "workspace",
    subjectId: workspaceId,
    data: { credits: row.left, grantId: row.grantId },
  });
}

/** True once `subject` has a reservation, closed or not: it will have no second one. */
export async function isReserved(em: EntityManager, subject: string): Promise<boolean> {
  return alreadyWritten(em, subject, "reserve");
}

/** Ends a reservation with what it really cost, at most what was reserved. Repeating does nothing. */
export async function settleCredits(
  em: EntityManager,
  entry: Entry & { credits: number },
): Promise<void> {
  await close(em, entry, "settle", entry.credits);
}

/** Gives a reservation back in full. Repeating, or refunding what was never reserved or is settled, does nothing. */
export async function refundCredits(em: EntityManager, entry: Entry): Promise<void> {
  await close(em, entry, "refund", 0);
}

/** Adds credits to the balance, once per subject. */
export async function grantCredits(
  em: EntityManager,
  entry: Entry & { credits: number },
): Promise<void> {
  if (await alreadyWritten(em, entry.subject, "grant")) return;
  await em.nativeUpdate(
    WorkspaceDetails,
    { id: entry.workspaceId },
    { credits: changedBy(entry.credits) },
  );
  await write(em, entry, "grant", entry.credits);
}

async function close(
  em: EntityManager,
  entry: Entry,
  kind: "settle" | "refund",
  cost: number,
): Promise<void> {
  // The workspace's row is the lock: two closings of one reservation stand in line.
  await em.findOneOrFail(
    WorkspaceDetails,
    { id: entry.workspaceId },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  const entries = await em.find(CreditEntry, { subject: entry.subject }, { refresh: true });
  const reserved = entries.find((line) => line.kind === "reserve");
  if (!reserved || entries.some((line) => line.kind === "settle" || line.kind === "refund")) return;
  const back = Math.max(0, -reserved.amount - cost);
  if (back > 0) {
    await em.nativeUpdate(
      WorkspaceDetails,
      { id: entry.workspaceId },
      { credits: changedBy(back) },
    );
  }
  await write(
    em,
    { ...entry, agentId: reserved.agentId ?? undefined, model: reserved.model ?? undefined },
    kind,
    back,
  );
}

async function alreadyWritten(
  em: EntityManager,
  subject: string,
  kind: CreditEntryKind,
): Promise<boolean> {
  return (await em.count(CreditEntry, { subject, kind })) > 0;
}

async function write(
  em: EntityManager,
  entry: Entry,
  kind: CreditEntryKind,
  amount: number,
): Promise<void> {
  await insertRow(em, CreditEntry, {
    workspaceId: entry.workspaceId,
    subject: entry.subject,
    kind,
    amount,
    agentId: entry.agentId ?? null,
    model: entry.model ?? null,
  });
}

function changedBy(credits: number) {
  return raw<number>("credits + ?", [credits]);
}
