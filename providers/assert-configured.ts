import { Problem } from "#domain/errors.ts";
import type { ProviderDeps, ProviderManifest } from "./contract.ts";

/**
 * Refuses a provider whose key is missing, before anything is reserved or queued for it.
 * Throws Problem 422 `provider_not_configured`.
 */
export function assertConfigured(
  manifest: ProviderManifest,
  credentials: Pick<ProviderDeps["credentials"], "apiKey">,
): void {
  if (manifest.needsKey === null || credentials.apiKey?.trim()) return;
  const detail = `${manifest.title} is not configured here. Set ${manifest.needsKey} and restart; a compatible server that asks for no key takes any word.`;
  throw new Problem({
    status: 422,
    code: "provider_not_configured",
    detail,
    errors: [{ pointer: "/model", detail }],
  });
}
