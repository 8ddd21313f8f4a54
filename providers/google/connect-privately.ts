import type { ProviderDeps } from "#providers/contract.ts";
import { guardKey, type GuardedKey } from "#providers/lib/guard-key.ts";
import { manifest } from "./manifest.ts";

const officialBaseUrl = "https://generativelanguage.googleapis.com/v1beta";

export interface GoogleConnection extends GuardedKey {
  /** Without a slash at its end. */
  baseUrl: string;
}

/**
 * The key, and a fetch that asks Google not to store what it is sent (`store`: ai.google.dev/gemini-api/docs/logs-datasets),
 * which projects made since October 2026 do by default. @ai-sdk/google has no option for it.
 */
export function connectPrivately(deps: ProviderDeps): GoogleConnection {
  const { apiKey, fetch } = guardKey(manifest, deps);
  return {
    apiKey,
    baseUrl: (deps.credentials.baseUrl ?? officialBaseUrl).replace(/\/+$/u, ""),
    fetch: (input, init) => {
      const isContent = String(input).endsWith(":generateContent");
      if (!isContent || typeof init?.body !== "string") return fetch(input, init);
      const body = JSON.parse(init.body) as Record<string, unknown>;
      return fetch(input, { ...init, body: JSON.stringify({ ...body, store: false }) });
    },
  };
}
