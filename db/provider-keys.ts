import type { EntityManager } from "@mikro-orm/postgresql";
import type { ProviderCredentials } from "./entities/index.ts";
import type { SealContext } from "./vault/envelope.ts";
import type { KeyRing } from "./vault/key-ring.ts";
import { sealSecrets, type Sealed } from "./vault/seal.ts";

/** Where a provider's key belongs: it opens nowhere else, and for no other provider. */
export function providerSealContext(
  row: Pick<ProviderCredentials, "id" | "workspaceId" | "provider">,
): SealContext {
  return {
    workspaceId: row.workspaceId,
    ownerId: row.id,
    field: `provider/${row.provider}`,
    version: 1,
  };
}

/** Seals a key, and what goes with it, for its row. */
export function sealProviderKey(input: {
  keyRing: KeyRing;
  row: Pick<ProviderCredentials, "id" | "workspaceId" | "provider">;
  secrets: Record<string, string>;
}): Sealed {
  const { keyRing, row, secrets } = input;
  return sealSecrets({ keyRing, context: providerSealContext(row), secrets });
}

/**
 * Whoever gives a provider's key, takes it away or notes what came of its check does so one at a time, and holds all rows
 * of the provider, in the order in which a rotation of the key ring takes them. Call it first in the transaction.
 */
export async function lockProviderKeys(
  em: EntityManager,
  { workspaceId, provider }: { workspaceId: string; provider: string },
): Promise<void> {
  await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 27))", [
    `${workspaceId}|${provider}`,
  ]);
  await em.execute(
    "select id from provider_credentials where provider = ? order by id for update",
    [provider],
  );
}
