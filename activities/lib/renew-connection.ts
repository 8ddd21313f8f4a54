import { LockMode } from "@mikro-orm/core";
import { addAttempt } from "#db/delivery-changes.ts";
import { Channel, Connection, Delivery, DeliveryAttempt, Target } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { PlatformError } from "#domain/errors.ts";
import type { DeliveryIds } from "#workflows/delivery-ports.ts";
import type { ActivityDeps } from "../deps.ts";
import { changeConnectionStatus, refreshUnderLock } from "./open-connection.ts";

/** What became of an authorization that the platform refused. */
export type Renewal =
  | { kind: "renewed" }
  /** The token endpoint has a passing fault, which disconnects nobody: ask again then. */
  | { kind: "later"; afterMs: number }
  /** A person must connect the account again. */
  | { kind: "refused" };

/** The first pause after a passing fault of the token endpoint; each further one is twice as long. */
const firstPauseMs = 5_000;
const longestPauseMs = 60_000;
/** Refusals that are further apart are not of the same access. */
const oneRefusalMs = 60 * 60_000;

/**
 * The platform refused the authorization in a step of a delivery. Access that merely ended is renewed; what is refused
 * again although it was renewed since makes the connection wait for a person. The refusal is written down as an
 * attempt, unless the caller did (`noted`): that is how the next one is told from the first.
 */
export async function renewConnection(
  deps: ActivityDeps,
  ids: DeliveryIds,
  input: {
    error: PlatformError;
    step: DeliveryAttempt["step"];
    noted: boolean;
    /** Which secrets were refused, where the call got so far. */
    refusedVersion: number | undefined;
    /** Whether it was renewed since the refusal before, where the caller knows; the attempts tell otherwise. */
    renewed?: boolean;
  },
): Promise<Renewal> {
  const { error } = input;
  if (error.code === "connection_not_usable") return { kind: "refused" };
  const em = inWorkspace(deps.orm, ids.workspaceId);
  const target = await em.findOne(Target, { id: ids.targetId });
  const channel = target ? await em.findOne(Channel, { id: target.channelId }) : null;
  const connection = channel ? await em.findOne(Connection, { id: channel.connectionId }) : null;
  if (!channel || !connection) return { kind: "refused" };
  const refusals = await em.find(
    DeliveryAttempt,
    { deliveryId: ids.deliveryId, code: error.code },
    { orderBy: { number: "desc" }, limit: 10 },
  );
  const before = input.noted ? refusals[1] : refusals[0];
  if (!input.noted) await noteRefusal(deps, ids, input);
  const renewedSince = input.renewed ?? isRenewedInVain(before, connection, deps.now());
  const canRenew = deps.platforms.get(connection.platform)?.refresh !== undefined;
  if (canRenew && !renewedSince) {
    try {
      await refreshUnderLock(
        deps,
        { workspaceId: ids.workspaceId, connectionId: connection.id },
        AbortSignal.timeout(30_000),
        { force: true, refusedVersion: input.refusedVersion },
      );
      return { kind: "renewed" };
    } catch (failure) {
      if (!(failure instanceof PlatformError)) throw failure;
      if (failure.fate === "reauthorize") return { kind: "refused" };
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(refusals.length, 8));
      return { kind: "later", afterMs: (failure.retryAfterSeconds ?? 0) * 1000 || pauseMs };
    }
  }
  await inWorkspace(deps.orm, ids.workspaceId).transactional(async (tx) => {
    const row = await tx.findOne(
      Connection,
      { id: connection.id },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!row || row.disconnectedAt || row.status === "needs_reauthorization") return;
    await changeConnectionStatus(
      tx,
      row,
      "needs_reauthorization",
      error.platformMessage ?? error.message,
    );
  });
  return { kind: "refused" };
}

/** Whether access was renewed after a refusal a moment ago; one of long ago says nothing of the access of today. */
function isRenewedInVain(
  before: DeliveryAttempt | undefined,
  { authorizedAt }: Connection,
  now: Date,
): boolean {
  if (!before?.finishedAt || !authorizedAt || authorizedAt < before.finishedAt) return false;
  return now.getTime() - before.finishedAt.getTime() < oneRefusalMs;
}

async function noteRefusal(
  deps: ActivityDeps,
  ids: DeliveryIds,
  input: { error: PlatformError; step: DeliveryAttempt["step"] },
): Promise<void> {
  await inWorkspace(deps.orm, ids.workspaceId).transactional(async (tx) => {
    const delivery = await tx.findOne(
      Delivery,
      { id: ids.deliveryId },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!delivery) return;
    await addAttempt(tx, deps.now(), delivery, input.step, {
      startedAt: deps.now(),
      outcome: "refused",
      failure: input.error,
    });
  });
}
