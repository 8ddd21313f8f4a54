import { createReplicate, type ReplicateProvider } from "@ai-sdk/replicate";
import type { ProviderDeps } from "#providers/contract.ts";
import { guardKey } from "#providers/lib/guard-key.ts";
import { manifest } from "./manifest.ts";

const officialBaseUrl = "https://api.replicate.com/v1";

export interface ReplicateConnection {
  library: ReplicateProvider;
  fetch: typeof fetch;
  /** Without a slash at its end. */
  baseUrl: string;
  /** For calls that the library has not. */
  headers: Record<string, string>;
}

/** The library, and what is needed for calls beside it. Throws LoadAPIKeyError where there is no key. */
export function connect(deps: ProviderDeps): ReplicateConnection {
  const { apiKey, fetch } = guardKey(manifest, deps);
  const baseUrl = (deps.credentials.baseUrl ?? officialBaseUrl).replace(/\/+$/u, "");
  return {
    library: createReplicate({ apiToken: apiKey, baseURL: baseUrl, fetch }),
    fetch,
    baseUrl,
    headers: { authorization: `Bearer ${apiKey}` },
  };
}
