import { z } from "zod";
import { Agent, ApiKeyDetails, User } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";

/** Names of who acted, by `user:<id>`, `key:<its 12 characters>` or `agent:<id>`, where they are still known. */
export async function actorNames(
  em: EntityManager,
  actors: readonly string[],
): Promise<Map<string, string>> {
  const ids = (kind: string) =>
    actors.filter((one) => one.startsWith(`${kind}:`)).map((one) => one.slice(kind.length + 1));
  const uuids = (kind: string) => ids(kind).filter((id) => z.uuid().safeParse(id).success);
  const users = await em.find(User, { id: { $in: uuids("user") } });
  const keys = await em.find(ApiKeyDetails, { keyId: { $in: ids("key") } });
  const agents = await em.find(Agent, { id: { $in: uuids("agent") } });
  return new Map([
    ...users.map((user) => [`user:${user.id}`, user.name] as const),
    ...keys.map((key) => [`key:${key.keyId}`, key.name] as const),
    ...agents.map((agent) => [`agent:${agent.id}`, agent.name] as const),
  ]);
}
