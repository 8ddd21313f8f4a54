import { ProviderCredentials } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import type { ApiContext } from "../context.ts";

/** Ten seconds in all: longer nobody waits for an answer. */
const looks = 40;
const betweenMs = 250;

/**
 * Waits for a worker's word on a key, ten seconds at most: `checking` where it is not there by then. The key is that of
 * `id`, else the one that was given last. Throws Problem 422 `provider_key_refused` with the reason, and 409
 * `version_conflict` where it was replaced or removed meanwhile.
 */
export async function waitForKeyCheck(
  context: Pick<ApiContext, "orm" | "pause">,
  input: { workspaceId: string; provider: string; id: string | undefined; signal: AbortSignal },
): Promise<"ok" | "checking"> {
  const { workspaceId, provider, id, signal } = input;
  for (let look = 0; look < looks; look += 1) {
    const [row] = await inWorkspace(context.orm, workspaceId).find(
      ProviderCredentials,
      { provider, ...(id === undefined ? {} : { id }) },
      { orderBy: { id: "desc" }, limit: 1 },
    );
    if (!row) throw replaced();
    if (row.status === "ok") return "ok";
    if (row.status === "failed") throw refused(row);
    await context.pause(betweenMs, signal);
  }
  return "checking";
}

function refused({ problem }: ProviderCredentials): Problem {
  return new Problem({
    status: 422,
    code: "provider_key_refused",
    detail: problem?.detail ?? "The key can't be used.",
    extra: { reason: problem?.code ?? "unexpected" },
  });
}

function replaced(): Problem {
  return new Problem({
    status: 409,
    code: "version_conflict",
    detail: "Another key was given meanwhile, or this one was removed. Look at GET /v1/providers.",
  });
}
