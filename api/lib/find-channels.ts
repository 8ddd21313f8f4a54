import type { Channel } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";

/** What is asked of a channel before something is sent there. */
export type UsableChannel = Pick<
  Channel,
  "id" | "platform" | "name" | "handle" | "defaults" | "requiresApproval"
>;

/**
 * The channels of these ids, in their order. `pointerTo` names the place of each in the request. Throws Problem 422 for
 * one that is named twice, 404 for one that is not there or whose account is not connected.
 */
export async function findChannels(
  em: EntityManager,
  ids: string[],
  pointerTo: (index: number) => string,
): Promise<UsableChannel[]> {
  return pickChannels(await readChannels(em, ids), ids, pointerTo);
}

/** The channels of these ids that may be published to, by id. */
export async function readChannels(
  em: EntityManager,
  ids: readonly string[],
): Promise<ReadonlyMap<string, UsableChannel>> {
  const rows = await em.execute<UsableChannel[]>(
    `select c."id", c."platform", c."name", c."handle", c."defaults",
       c."requires_approval" as "requiresApproval"
     from "channel" c join "connection" k on k."id" = c."connection_id"
     where c."id" = any(?::uuid[]) and k."disconnected_at" is null and k."status" <> 'pending'`,
    [`{${[...new Set(ids)].join(",")}}`],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Of channels that were read, those of these ids, in their order. Throws as `findChannels` does. */
export function pickChannels(
  byId: ReadonlyMap<string, UsableChannel>,
  ids: readonly string[],
  pointerTo: (index: number) => string,
): UsableChannel[] {
  const repeated = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  if (repeated >= 0)
    throw refusal(422, "invalid_request", "The same channel is named twice.", pointerTo(repeated));
  return ids.map((id, index) => {
    const channel = byId.get(id.toLowerCase());
    if (channel) return channel;
    throw refusal(404, "not_found", "There is no such channel.", pointerTo(index));
  });
}

function refusal(
  status: 404 | 422,
  code: "invalid_request" | "not_found",
  detail: string,
  pointer: string,
): Problem {
  return new Problem({ status, code, detail, errors: [{ pointer, detail }] });
}
