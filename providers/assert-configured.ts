import { Problem } from "#domain/errors.ts";
import type { ProviderDeps, ProviderManifest } from "./contract.ts";

/** Where the key of a provider is from, or could be. */
export interface KeySources {
  /** Names of the providers of which the workspace has a key of its own that works. */
  ownKeys: ReadonlySet<string>;
  /** The installation's. */
  credentials: Pick<ProviderDeps["credentials"], "apiKey">;
}

/** Where the key is from that a provider would be asked with; null where there is none, or none is needed. */
export function configuredBy(
  manifest: Pick<ProviderManifest, "name" | "needsKey">,
  { ownKeys, credentials }: KeySources,
): "workspace" | "environment" | null {
  if (manifest.needsKey === null) return null;
  if (ownKeys.has(manifest.name)) return "workspace";
  return credentials.apiKey?.trim() ? "environment" : null;
}

/** Whether a provider has the key that it can't work without. */
export function isConfigured(
  manifest: Pick<ProviderManifest, "name" | "needsKey">,
  sources: KeySources,
): boolean {
  return manifest.needsKey === null || configuredBy(manifest, sources) !== null;
}

/**
 * Refuses a provider whose key is missing, before anything is reserved or queued for it.
 * Throws Problem 422 `provider_not_configured`.
 */
export function assertConfigured(manifest: ProviderManifest, sources: KeySources): void {
  if (isConfigured(manifest, sources)) return;
  const detail = `${howToConfigure(manifest)} A compatible server that asks for no key takes any word.`;
  throw new Problem({
    status: 422,
    code: "provider_not_configured",
    detail,
    errors: [{ pointer: "/model", detail }],
  });
}

/** What to do where the key is missing. */
export function howToConfigure({ name, title, needsKey }: ProviderManifest): string {
  return `${title} is not configured here. Give the workspace a key of its own (PUT /v1/providers/${name}/credentials), or have an operator set it for all: Set ${needsKey ?? "its key"} and restart.`;
}
