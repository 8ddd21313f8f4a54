import { ProviderCredentials } from "#db/entities/index.ts";
import type { ProviderKeyProblem } from "#db/entities/provider-credentials.ts";
import { inWorkspace } from "#db/orm.ts";
import { lockProviderKeys } from "#db/provider-keys.ts";
import { recordAudit } from "#db/record-audit.ts";
import { recordEvent } from "#db/record-event.ts";
import { providerCredentialsMachine } from "#domain/states.ts";
import type {
  ProviderKeyActivities,
  ProviderKeyEnd,
  ProviderKeyLedgerActivities,
} from "#workflows/check-provider-key.ts";
import type { ProviderKeyIds } from "#workflows/ids.ts";
import type { ActivityDeps } from "./deps.ts";
import { openProviderKey } from "./lib/credentials-for.ts";
import { explainKeyCheck } from "./lib/explain-key-check.ts";
import { modelsSeen } from "./lib/models-seen.ts";
import { withHeartbeat } from "./lib/with-heartbeat.ts";

/** A provider that is not done by then is too slow for whoever waits for the answer. Milliseconds. */
const longestCheckMs = 8_000;

type Outcome = { models: string[] } | { problem: ProviderKeyProblem };

/** What `checkProviderKey` asks for. */
export function createProviderKeyActivities(
  deps: ActivityDeps,
  { checkMs = longestCheckMs }: { checkMs?: number } = {},
): ProviderKeyActivities & ProviderKeyLedgerActivities {
  return {
    tryProviderKey: (ids) =>
      withHeartbeat(async (signal) => {
        const row = await inWorkspace(deps.orm, ids.workspaceId).findOne(
          ProviderCredentials,
          { id: ids.credentialsId },
          { populate: ["sealedSecrets", "wrappedKey"] },
        );
        if (!row) return { status: "gone" };
        if (row.status !== "checking") return { status: row.status };
        return settle(deps, ids, await check(deps, row, { signal, checkMs }));
      }),

    async giveUpProviderKey(ids) {
      const detail = "The key could not be tried: no worker was there to do it. Give it again.";
      await settle(deps, ids, { problem: { code: "not_tried", detail } });
    },
  };
}

/** Makes the provider's cheapest call with the key, once. */
async function check(
  deps: ActivityDeps,
  row: ProviderCredentials,
  { signal, checkMs }: { signal: AbortSignal; checkMs: number },
): Promise<Outcome> {
  const provider = deps.providers.get(row.provider);
  try {
    const credentials = openProviderKey(deps.keyRing, row);
    if (!provider?.check || !credentials) throw new Error("there is nothing to try");
    const { models } = await provider.check(
      { fetch: deps.fetch, ffmpegPath: deps.ffmpegPath, credentials },
      AbortSignal.any([signal, AbortSignal.timeout(checkMs)]),
    );
    return { models: modelsSeen(models, credentials.apiKey) };
  } catch (error) {
    signal.throwIfAborted();
    const problem = explainKeyCheck(error);
    // The kind of the error alone: its message may quote the key.
    const name = error instanceof Error ? error.name : typeof error;
    const facts = { provider: row.provider, code: problem.code, error: name };
    deps.logger.info(facts, "a provider's key could not be used");
    return { problem };
  }
}

/** Writes what came of it: a key that works takes the place of the one before, one that does not is forgotten. */
async function settle(
  deps: ActivityDeps,
  { workspaceId, credentialsId }: ProviderKeyIds,
  outcome: Outcome,
): Promise<{ status: ProviderKeyEnd }> {
  return inWorkspace(deps.orm, workspaceId).transactional(async (em) => {
    const known = await em.findOne(ProviderCredentials, { id: credentialsId });
    if (!known) return { status: "gone" as const };
    const { provider } = known;
    await lockProviderKeys(em, { workspaceId, provider });
    const row = await em.findOne(ProviderCredentials, { id: credentialsId }, { refresh: true });
    // Another key was given meanwhile, or this one taken away.
    if (!row) return { status: "gone" as const };
    const { status: was } = row;
    if (was !== "checking") return { status: was };
    const works = "models" in outcome;
    const status = works ? "ok" : "failed";
    providerCredentialsMachine.step(was, status);
    await em.nativeDelete(ProviderCredentials, { provider, status });
    await em.nativeUpdate(
      ProviderCredentials,
      { id: row.id },
      {
        status,
        checkedAt: deps.now(),
        ...(works
          ? { models: outcome.models }
          : { problem: outcome.problem, sealedSecrets: null, wrappedKey: null }),
      },
    );
    await recordEvent(em, {
      workspaceId,
      type: works ? "workspace.provider_key_accepted" : "workspace.provider_key_refused",
      subjectKind: "workspace",
      subjectId: workspaceId,
      data: { provider },
    });
    // The log's lock comes last: whoever holds it waits for nothing else.
    await recordAudit(em, {
      workspaceId,
      actor: row.createdBy,
      action: works ? "provider-key.accepted" : "provider-key.refused",
      subject: `provider:${provider}`,
      address: row.address ?? undefined,
      ...(works ? {} : { detail: { reason: outcome.problem.code } }),
    });
    return { status };
  });
}
