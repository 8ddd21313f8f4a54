import type { ConnectionStatus } from "./states.ts";

/** What a connection's workflow does next. `until` in epoch milliseconds. */
export type ConnectionMove =
  | { kind: "wait"; until?: number }
  | { kind: "refresh" }
  | { kind: "forget" }
  | { kind: "done" };

export interface ConnectionFacts {
  id: string;
  status: ConnectionStatus;
  disconnected: boolean;
  /** The platform offers a way to refresh. */
  refreshable: boolean;
  /** When the secrets were stored. */
  issuedAt: Date;
  expiresAt: Date | null;
  /** A person asked for it. */
  refreshAsked: boolean;
}

/** At most so long before its end is an authorization refreshed; a short one at four fifths of its life. */
const aheadMs = 30 * 60_000;

/** An authorization is never refreshed sooner after it was given: one that lasts no time at all would be asked for without end. */
const shortestLifeMs = 5_000;

/** Decides the next move of a connection as of `now`. */
export function nextConnectionMove(
  connection: ConnectionFacts,
  now: Date,
): { move: ConnectionMove; status?: ConnectionStatus } {
  const { status, expiresAt } = connection;
  if (connection.disconnected) return { move: { kind: "forget" } };
  if (
    status === "revoked" ||
    status === "invalid" ||
    status === "needs_reauthorization" ||
    status === "pending"
  ) {
    return { move: { kind: "wait" } };
  }
  if (connection.refreshable && connection.refreshAsked) return { move: { kind: "refresh" } };
  if (expiresAt === null) return { move: { kind: "wait" } };
  if (!connection.refreshable) {
    if (expiresAt.getTime() > now.getTime())
      return { move: { kind: "wait", until: expiresAt.getTime() } };
    return { move: { kind: "wait" }, status: "needs_reauthorization" };
  }
  const refreshAt = refreshTime({ id: connection.id, issuedAt: connection.issuedAt, expiresAt });
  if (refreshAt > now.getTime()) return { move: { kind: "wait", until: refreshAt } };
  return {
    move: { kind: "refresh" },
    ...(status === "active" ? { status: "expiring" as const } : {}),
  };
}

/** When to refresh, epoch ms: ahead of the end, spread by the connection's id so that not all come at once. */
export function refreshTime(input: { id: string; issuedAt: Date; expiresAt: Date }): number {
  const end = input.expiresAt.getTime();
  const life = Math.max(0, end - input.issuedAt.getTime());
  const ahead = Math.min(aheadMs, life / 5);
  // The last byte of a random id is as good as a random number, and the same after a replay.
  const spread = Number.parseInt(input.id.slice(-2), 16) / 255;
  return Math.max(end - ahead - spread * ahead * 0.5, input.issuedAt.getTime() + shortestLifeMs);
}
