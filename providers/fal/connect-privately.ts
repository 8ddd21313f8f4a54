import { createFal, type FalProvider } from "@ai-sdk/fal";
import type { ProviderDeps } from "#providers/contract.ts";
import { guardKey } from "#providers/lib/guard-key.ts";
import { manifest } from "./manifest.ts";

/** Long enough for a worker that was away to fetch what was made. */
const mediaSeconds = 7_200;

export interface FalConnection {
  library: FalProvider;
  fetch: typeof fetch;
  /** For calls that the library has not. */
  headers: Record<string, string>;
}

/**
 * The library, which asks fal with every request not to store it, and to delete what it makes soon:
 * fal.ai/docs/documentation/model-apis/common-parameters, `X-Fal-Store-IO` and `X-Fal-Object-Lifecycle-Preference`.
 */
export function connectPrivately(deps: ProviderDeps): FalConnection {
  const { apiKey, fetch } = guardKey(manifest, deps);
  const headers = {
    "x-fal-store-io": "0",
    "x-fal-object-lifecycle-preference": JSON.stringify({
      expiration_duration_seconds: mediaSeconds,
    }),
  };
  return {
    library: createFal({ apiKey, fetch, headers, baseURL: "https://fal.run" }),
    fetch,
    headers: { authorization: `Key ${apiKey}` },
  };
}
