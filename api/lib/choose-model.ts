import type { ProviderAccess } from "#db/provider-access.ts";
import type { GenerationTask } from "#domain/generation-tasks.ts";
import { assertConfigured, isConfigured, type KeySources } from "#providers/assert-configured.ts";
import type { ProviderManifest } from "#providers/contract.ts";
import { findModel, type FoundModel } from "#providers/registry.ts";
import type { ApiContext } from "../context.ts";

/** Where a provider's key may be from, for a workspace. */
export function keySources(
  context: Pick<ApiContext, "providerCredentials">,
  { ownKeys }: Pick<ProviderAccess, "ownKeys">,
  name: string,
): KeySources {
  return { ownKeys, credentials: context.providerCredentials(name) };
}

/**
 * The model that a request of the workspace is done with. Throws Problem 422: `unknown_model`, `wrong_kind`,
 * `unknown_provider`, `provider_forbidden`, `provider_not_configured`.
 */
export function chooseModel(
  context: ApiContext,
  access: ProviderAccess,
  { task, model }: { task: GenerationTask; model: string | undefined },
): FoundModel<ProviderManifest> {
  const chosen = findModel(context.providers, {
    task,
    model,
    defaultProvider: context.defaultProvider,
    isUsable: (one) => isConfigured(one, keySources(context, access, one.name)),
    rules: access,
  });
  assertConfigured(chosen.manifest, keySources(context, access, chosen.manifest.name));
  return chosen;
}
