import { ProviderCredentials } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { providerSealContext } from "#db/provider-keys.ts";
import type { KeyRing } from "#db/vault/key-ring.ts";
import { openSecrets } from "#db/vault/open.ts";
import type { ProviderDeps } from "#providers/contract.ts";
import type { ActivityDeps } from "../deps.ts";

type Credentials = ProviderDeps["credentials"];

/**
 * What a provider is asked with: the workspace's own, else the installation's. Either as a whole: a key goes to no address
 * that it was not given with.
 */
export async function credentialsFor(
  deps: Pick<ActivityDeps, "orm" | "keyRing" | "providerCredentials">,
  { workspaceId, provider }: { workspaceId: string; provider: string },
): Promise<Credentials> {
  const own = await inWorkspace(deps.orm, workspaceId).findOne(
    ProviderCredentials,
    { provider, status: "ok" },
    { populate: ["sealedSecrets", "wrappedKey"] },
  );
  const opened = own && openProviderKey(deps.keyRing, own);
  return opened ?? deps.providerCredentials(provider);
}

/** Opens a row that was read with its secrets; undefined where it has none any more. Throws SealBroken, UnknownKey. */
export function openProviderKey(
  keyRing: KeyRing,
  row: ProviderCredentials,
): Credentials | undefined {
  const { sealedSecrets, wrappedKey } = row;
  if (!sealedSecrets || !wrappedKey) return undefined;
  const context = providerSealContext(row);
  const { api, ...secrets } = openSecrets({ keyRing, context, sealed: sealedSecrets, wrappedKey });
  return { ...secrets, ...(api === "chat" || api === "responses" ? { api } : {}) };
}
