import type { EntityManager } from "#db/orm.ts";
import { readProviderAccess } from "#db/provider-access.ts";
import { isAllowed } from "#domain/provider-rules.ts";
import type { ProviderDeps } from "#providers/contract.ts";
import type { ActivityDeps } from "../deps.ts";
import { credentialsFor } from "./credentials-for.ts";

/** What a provider is called with: our guarded fetch, and the workspace's credentials for it as they are now. */
export async function providerCall(
  deps: Pick<
    ActivityDeps,
    "fetch" | "modelFetch" | "providerCredentials" | "ffmpegPath" | "orm" | "keyRing"
  >,
  at: { workspaceId: string; provider: string },
): Promise<ProviderDeps> {
  return {
    fetch: deps.modelFetch ?? deps.fetch,
    credentials: await credentialsFor(deps, at),
    ffmpegPath: deps.ffmpegPath,
  };
}

/** Why a provider may not be asked for the workspace of `em`, as its settings are now; undefined where it may. */
export async function whyForbidden(
  em: EntityManager,
  deps: Pick<ActivityDeps, "providers">,
  provider: string,
): Promise<{ code: string; detail: string } | undefined> {
  if (isAllowed(await readProviderAccess(em), provider)) return undefined;
  const title = deps.providers.get(provider)?.manifest.title ?? provider;
  return {
    code: "provider_forbidden",
    detail: `The workspace's settings do not let ${title} be asked any more. The credits were given back; name a model of another provider.`,
  };
}
