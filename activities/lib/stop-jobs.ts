import type { JSONValue } from "@ai-sdk/provider";
import { Generation, GenerationCall } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import type { Provider, ProviderDeps } from "#providers/contract.ts";
import type { ActivityDeps } from "../deps.ts";
import { classifyModelError } from "./classify-model-error.ts";
import { modelFailure } from "./model-failure.ts";
import { providerCall } from "./provider-call.ts";

/** Who looks after lost work has other work to look after. */
const patienceMs = 5_000;

/** The provider of a generation, and what it is called with. */
export async function providerOf(
  deps: ActivityDeps,
  { workspaceId, provider: name }: Generation,
): Promise<{ provider: Provider; call: ProviderDeps }> {
  const provider = deps.providers.get(name);
  if (!provider) throw new Error(`the provider ${name} is not installed`);
  return { provider, call: await providerCall(deps, { workspaceId, provider: name }) };
}

/** Stops a job where its provider can. Throws what may pass; what will not change by asking again is told in the log. */
export async function stopJobAtProvider(
  deps: ActivityDeps,
  generation: Generation,
  job: { operation: unknown; signal: AbortSignal },
): Promise<void> {
  const { signal } = job;
  const { provider, call } = await providerOf(deps, generation);
  try {
    const operation = job.operation as JSONValue;
    await provider.cancelJob?.(call, { model: generation.model, operation, signal });
  } catch (error) {
    signal.throwIfAborted();
    const verdict = classifyModelError(error, { now: deps.now() });
    if (verdict.retryable) throw modelFailure(verdict);
    deps.logger.warn(
      { generationId: generation.id, code: verdict.code },
      "a job at a provider could not be stopped",
    );
  }
}

/** Stops the jobs of a generation whose workflow is gone, as well as it can be done at once: it is closed all the same. */
export async function stopJobs(
  deps: ActivityDeps,
  ids: { workspaceId: string; generationId: string },
): Promise<void> {
  const em = inWorkspace(deps.orm, ids.workspaceId);
  const generation = await em.findOne(Generation, { id: ids.generationId });
  if (!generation) return;
  const calls = await em.find(GenerationCall, { generationId: generation.id, status: "started" });
  const signal = AbortSignal.timeout(patienceMs);
  const stops = calls.map(({ operation }) =>
    stopJobAtProvider(deps, generation, { operation, signal }),
  );
  for (const stop of await Promise.allSettled(stops))
    if (stop.status === "rejected")
      deps.logger.warn({ generationId: generation.id }, "a job at a provider goes on to its end");
}
