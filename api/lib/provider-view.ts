import { z } from "zod";
import { ProviderCredentials } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { readProviderAccess } from "#db/provider-access.ts";
import { generationKinds } from "#domain/generation-tasks.ts";
import { isAllowed } from "#domain/provider-rules.ts";
import { configuredBy, howToConfigure, isConfigured } from "#providers/assert-configured.ts";
import type { ProviderManifest } from "#providers/contract.ts";
import type { ApiContext } from "../context.ts";
import { actorNames } from "./actor-names.ts";
import { keySources } from "./choose-model.ts";
import { Instant, iso } from "./responses.ts";

const Reason = z.object({ code: z.string(), detail: z.string() });

export const ProviderView = z.object({
  name: z.string(),
  title: z.string(),
  kinds: z.array(z.enum(generationKinds)).describe("What it makes"),
  offline: z.boolean().describe("Nothing leaves this machine"),
  sandbox: z.boolean().describe("It only stands for models; real platforms refuse what it makes"),
  keeps: z.string().describe("What it keeps of a request"),
  needsKey: z.boolean(),
  takes: z
    .array(z.enum(["baseUrl", "organization", "api"]))
    .describe("What may be set besides the key"),
  configuredBy: z
    .enum(["workspace", "environment"])
    .nullable()
    .describe("Whose key it is asked with; the workspace's own comes first"),
  allowed: z.boolean().describe("The workspace lets it be asked"),
  usable: z.boolean(),
  reason: z.string().nullable().describe("Why it can't be used now"),
  credentials: z
    .object({
      setAt: Instant,
      setBy: z.string().nullable().describe("Who gave the key, where they are still known"),
      host: z.string().nullable().describe("Of the server, where it is not the provider's own"),
      models: z.array(z.string()).describe("What the key sees, as far as the provider lists it"),
    })
    .nullable()
    .describe("The workspace's own key, which nobody can read again"),
  lastCheck: z
    .object({
      status: z.enum(["checking", "ok", "failed"]),
      at: Instant,
      problem: Reason.nullable(),
    })
    .nullable()
    .describe("Of the key that was given last"),
});
export type ProviderView = z.infer<typeof ProviderView>;

/** Every provider, or those named, as the workspace of `em` sees them. */
export async function readProviders(
  context: ApiContext,
  em: EntityManager,
  names: readonly string[] = [...context.providers.keys()],
): Promise<ProviderView[]> {
  const access = await readProviderAccess(em);
  const rows = await em.find(
    ProviderCredentials,
    { provider: { $in: [...names] } },
    { orderBy: { id: "asc" }, refresh: true },
  );
  const actors = await actorNames(
    em,
    rows.map((row) => row.createdBy),
  );
  return names.flatMap((name) => {
    const manifest = context.providers.get(name);
    if (!manifest) return [];
    const own = rows.filter((row) => row.provider === name);
    const inUse = own.find((row) => row.status === "ok");
    const last = own.at(-1);
    const sources = keySources(context, access, name);
    const allowed = isAllowed(access, name);
    const configured = isConfigured(manifest, sources);
    return [
      {
        ...describe(manifest),
        configuredBy: configuredBy(manifest, sources),
        allowed,
        usable: allowed && configured,
        reason: whyUnusable(manifest, { allowed, configured }),
        credentials: inUse
          ? {
              setAt: iso(inUse.createdAt),
              setBy: actors.get(inUse.createdBy) ?? null,
              host: inUse.host ?? null,
              models: inUse.models,
            }
          : null,
        lastCheck: last
          ? {
              status: last.status,
              at: iso(last.checkedAt ?? last.createdAt),
              problem: last.problem ?? null,
            }
          : null,
      },
    ];
  });
}

/** Why nobody can use it now, and what to do; null where they can. */
export function whyUnusable(
  manifest: ProviderManifest,
  is: { allowed: boolean; configured: boolean },
): string | null {
  if (!is.allowed) return "The workspace's settings (allowedProviders) do not let it be asked.";
  return is.configured ? null : howToConfigure(manifest);
}

function describe(manifest: ProviderManifest) {
  const { name, title, offline, sandbox, keeps, needsKey, takes = [], models } = manifest;
  const kinds = generationKinds.filter((kind) => models.some((entry) => entry.kind === kind));
  return {
    ...{ name, title, kinds, offline, sandbox, keeps },
    needsKey: needsKey !== null,
    takes: [...takes],
  };
}
