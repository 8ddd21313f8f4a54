import type { FastifyContextConfig, FastifyRequest } from "fastify";
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { IdempotencyRecord } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import type { EntityManager } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import { retention } from "#domain/retention.ts";
import { principalOf } from "../plugins/access.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** False on a POST or PATCH that changes nothing which a repetition would change again. */
    idempotent?: false;
  }
}

/** Whether the route takes an `Idempotency-Key`: every POST and PATCH of a caller who is known, unless it says no. */
export function takesIdempotencyKey(route: {
  method: string;
  config: FastifyContextConfig | undefined;
}): boolean {
  const { access, idempotent } = route.config ?? {};
  const changes = route.method === "POST" || route.method === "PATCH";
  return changes && access !== undefined && !("public" in access) && idempotent !== false;
}

/** A request that carries an `Idempotency-Key`. */
export interface KeyedRequest {
  key: string;
  route: string;
  caller: string;
  /** SHA-256 of what the request asks for, hex. */
  requestHash: string;
}

export interface KeptAnswer {
  status: number;
  /** Null where it was emptied, or is not kept. */
  body: object | null;
  location: string | null;
}

/**
 * The request's `Idempotency-Key` with what it stands for, or undefined where it has none. Throws Problem 400
 * `invalid_idempotency_key`. After https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header
 */
export function idempotencyKeyOf(
  request: FastifyRequest,
  fingerprint?: unknown,
): KeyedRequest | undefined {
  const header = request.headers["idempotency-key"];
  if (header === undefined) return undefined;
  const key = typeof header === "string" ? header : "";
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new Problem({
      status: 400,
      code: "invalid_idempotency_key",
      detail:
        "An Idempotency-Key is 1 to 255 visible ASCII characters without spaces, a new UUID for instance.",
    });
  }
  const asked = canonicalize({ url: request.url, asked: fingerprint ?? request.body ?? null });
  return {
    key,
    route: `${request.method} ${request.routeOptions.url ?? ""}`,
    caller: principalOf(request).actor,
    requestHash: createHash("sha256")
      .update(asked ?? "")
      .digest("hex"),
  };
}

/**
 * Takes the key until the transaction ends; another process that has it makes this Problem 409. Returns the answer
 * where the request was made before. The lock is the database's own: it goes with the connection, whoever dies.
 */
export async function takeKey(
  em: EntityManager,
  keyed: KeyedRequest,
  now: Date,
): Promise<KeptAnswer | undefined> {
  const [lock] = await em.execute<{ taken: boolean }[]>(
    "select pg_try_advisory_xact_lock(hashtextextended(current_setting('app.workspace_id') || ?, 11)) as taken",
    [`|${keyed.route}|${keyed.caller}|${keyed.key}`],
  );
  if (!lock?.taken) {
    throw new Problem({
      status: 409,
      code: "request_in_progress",
      detail:
        "A request with this Idempotency-Key is still at work. Repeat it in a moment: it is made once.",
      extra: { retryAfter: 1 },
    });
  }
  return findAnswer(em, keyed, now);
}

/** The answer to the same request, where it was made before. Throws Problem 422 where the key stood for another one. */
export async function findAnswer(
  em: EntityManager,
  keyed: KeyedRequest,
  now: Date,
): Promise<KeptAnswer | undefined> {
  const { key, route, caller } = keyed;
  const record = await em.findOne(IdempotencyRecord, { key, route, caller });
  if (!record) return undefined;
  if (now.getTime() - record.createdAt.getTime() > retention.idempotencyMs) {
    await em.nativeDelete(IdempotencyRecord, { id: record.id });
    return undefined;
  }
  if (record.requestHash !== keyed.requestHash) {
    throw new Problem({
      status: 422,
      code: "idempotency_key_reused",
      detail:
        "This Idempotency-Key stood for another request. Use a new key for a new request, and the same one only to repeat.",
    });
  }
  return {
    status: record.responseStatus,
    body: record.responseBody ?? null,
    location: record.location ?? null,
  };
}

/** Keeps the answer in the transaction of the change. Returns the record's id. */
export async function keepAnswer(
  em: EntityManager,
  keyed: KeyedRequest,
  answer: {
    workspaceId: string;
    now: Date;
    status: number;
    body: object | null;
    location: string | null;
    subjectId: string | null;
  },
): Promise<string> {
  return insertRow(em, IdempotencyRecord, {
    workspaceId: answer.workspaceId,
    createdAt: answer.now,
    ...keyed,
    responseStatus: answer.status,
    responseBody: answer.body,
    location: answer.location,
    subjectId: answer.subjectId,
  });
}

/** Notes in the kept answer that the engine was told. */
export async function tellOutcome(em: EntityManager, recordId: string): Promise<void> {
  await em.transactional((within) =>
    within.execute(
      `update "idempotency_record" set "response_body" = "response_body" || '{"engine": "ready"}' where "id" = ?`,
      [recordId],
    ),
  );
}
