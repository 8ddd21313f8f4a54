import type { ProviderDeps } from "#providers/contract.ts";
import { guardKey, type GuardedKey } from "#providers/lib/guard-key.ts";
import { manifest } from "./manifest.ts";

export const officialBaseUrl = "https://api.elevenlabs.io";

/** Calls that know `enable_logging`; false is zero retention (elevenlabs.io/docs/api-reference, "enable_logging"). */
const canForget = /^\/v1\/(?:text-to-speech\/[^/]+|speech-to-text)$/u;

/**
 * The key, and a fetch that asks ElevenLabs to keep nothing wherever it can be asked, and goes to the server that the
 * credentials name: @ai-sdk/elevenlabs has no setting for the second, and for the first none when it transcribes.
 */
export function connectPrivately(deps: ProviderDeps): GuardedKey {
  const { apiKey, fetch } = guardKey(manifest, deps);
  const base = new URL(deps.credentials.baseUrl ?? officialBaseUrl);
  const go: typeof fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    // Set on a copy, not resolved: a path with two slashes in front would name another server.
    const to = new URL(base);
    to.pathname = `${base.pathname.replace(/\/+$/u, "")}${url.pathname}`;
    to.search = url.search;
    if (canForget.test(url.pathname)) to.searchParams.set("enable_logging", "false");
    return fetch(to, init);
  };
  return { apiKey, fetch: go };
}
