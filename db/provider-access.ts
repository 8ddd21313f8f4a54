import type { EntityManager } from "@mikro-orm/postgresql";
import type { ProviderRules } from "#domain/provider-rules.ts";

/** What a workspace has to say of AI providers. */
export interface ProviderAccess extends ProviderRules {
  /** Names of those of which it has a key of its own that works. */
  ownKeys: ReadonlySet<string>;
}

/** Reads it for the workspace of `em`, as it is now: what was read before says nothing of who may be asked. */
export async function readProviderAccess(em: EntityManager): Promise<ProviderAccess> {
  const [row] = await em.execute<
    [
      {
        allowed: string[] | null;
        defaults: ProviderRules["defaultModels"] | null;
        own: string[];
      },
    ]
  >(
    `select d."allowed_providers" as allowed, d."default_models" as defaults,
       (select coalesce(jsonb_agg(c."provider"), '[]') from "provider_credentials" c
          where c."workspace_id" = d."workspace_id" and c."status" = 'ok') as own
     from "workspace_details" d`,
  );
  return {
    allowedProviders: row?.allowed ?? null,
    defaultModels: row?.defaults ?? {},
    ownKeys: new Set(row?.own),
  };
}
