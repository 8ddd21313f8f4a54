import type { JSONValue } from "@ai-sdk/provider";
import { experimental_getVideoStatus as getVideoStatus, type GetVideoStatusResult } from "ai";
import { join } from "node:path";
import type { Generation } from "#db/entities/index.ts";
import { MediaError } from "#domain/errors.ts";
import type { AskAgain } from "#domain/generation-calls.ts";
import type { GenerationSettings } from "#domain/generation-settings.ts";
import { withTempFolder } from "#media/with-temp-folder.ts";
import { modelsOf } from "#providers/models-of.ts";
import type { MadeOutput, OutputIds, ProviderActivities } from "#workflows/make-output.ts";
import type { EarlierGenerationModelActivities } from "#workflows/previous/generate.ts";
import { timeProviderCall } from "../observe/metrics.ts";
import type { ActivityDeps } from "./deps.ts";
import {
  failCall,
  noteProgress,
  noteSent,
  noteStarted,
  noteUnclear,
  openCall,
  readCall,
  reopenCall,
  storeAnswer,
} from "./lib/call-ledger.ts";
import {
  classifyFailedJob,
  classifyModelError,
  ModelAnswerError,
} from "./lib/classify-model-error.ts";
import { downloadOutput } from "./lib/download-output.ts";
import { loadInputs } from "./lib/load-inputs.ts";
import { modelFailure } from "./lib/model-failure.ts";
import {
  planProviderCall,
  type PlannedCall,
  type ProviderAnswer,
} from "./lib/plan-provider-call.ts";
import { provesUndone } from "./lib/proves-undone.ts";
import { providerOf, stopJobAtProvider } from "./lib/stop-jobs.ts";
import { storeMediaOutput } from "./lib/store-media-output.ts";
import { untilStored } from "./lib/until-stored.ts";
import { withHeartbeat } from "./lib/with-heartbeat.ts";

/** A provider that has not said by then that it has a job has none of ours that anybody could ask for. Milliseconds. */
const longestStartMs = 5 * 60_000;

/** What `generate` asks of providers. Each is written down before it is asked, and its answer after. */
export function createProviderActivities(
  deps: ActivityDeps,
): ProviderActivities & EarlierGenerationModelActivities {
  const askProvider: ProviderActivities["askProvider"] = (ids) =>
    withHeartbeat(async (signal) => {
      const opened = await openCall(deps, ids);
      if (opened.kind === "stored" || opened.kind === "refused") return opened;
      if (opened.kind === "started") throw new Error("a call that answers at once is no job");
      const { generation } = opened;
      const { provider, kind } = generation;
      const answer = await answerOf(deps, { ids, again: "once", signal }, async (sending) => {
        const planned = await plan(deps, generation, ids, signal);
        if (planned.how !== "call") throw new Error(`${generation.task} is a job`);
        await noteSent(deps, ids, planned.sent);
        sending();
        return timeProviderCall({ provider, kind }, planned.ask);
      });
      return "refused" in answer ? answer.refused : store(deps, ids, generation, answer, signal);
    });

  return {
    askProvider,

    /** As runs ask for it that began when a generation had one output. */
    runGeneration: (ids) => askProvider({ ...ids, index: 0 }),

    startJob: (ids) =>
      withHeartbeat(async (signal) => {
        const opened = await openCall(deps, ids, "never");
        if (opened.kind === "stored" || opened.kind === "refused") return opened;
        if (opened.kind === "started") return { kind: "started" };
        const { generation } = opened;
        const { provider, kind } = generation;
        const answer = await answerOf(deps, { ids, again: "never", signal }, async (sending) => {
          // Whoever cancels waits for the job's name, for only then can it be stopped.
          const planned = await plan(deps, generation, ids, AbortSignal.timeout(longestStartMs));
          if (planned.how !== "job") throw new Error(`${generation.task} is answered at once`);
          await noteSent(deps, ids, planned.sent);
          sending();
          return { operation: await timeProviderCall({ provider, kind }, planned.start) };
        });
        if ("refused" in answer) return answer.refused;
        const noWayBack = new AbortController().signal;
        await untilStored(() => noteStarted(deps, ids, answer.operation), noWayBack);
        return { kind: "started" };
      }),

    lookAtJob: (ids) =>
      withHeartbeat((signal) =>
        withTempFolder(async (folder) => {
          const opened = await readCall(deps, ids);
          if (opened.kind === "stored" || opened.kind === "refused") return opened;
          if (opened.kind === "open") throw new Error("the job was not started");
          const { generation, operation } = opened;
          const { provider, call } = await providerOf(deps, generation);
          const answer = await answerOf(deps, { ids, again: "free", signal }, async () => {
            const model = modelsOf.video({ provider, deps: call, id: generation.model });
            const status = await getVideoStatus(model, {
              operation: operation as JSONValue,
              maxRetries: 0,
              abortSignal: signal,
            });
            return readStatus(deps, { status, folder, signal });
          });
          if ("refused" in answer) return answer.refused;
          if (answer.kind === "media") return store(deps, ids, generation, answer, signal);
          if (answer.kind === "failed") {
            const { code, message } = classifyFailedJob(answer.error);
            return refuse(deps, ids, { code, detail: message });
          }
          await noteProgress(deps, ids, provider.jobProgress?.(answer.metadata) ?? {});
          return { kind: "pending" };
        }),
      ),

    stopJob: (ids) =>
      withHeartbeat(async (signal) => {
        const opened = await readCall(deps, ids);
        if (opened.kind !== "started") return;
        await stopJobAtProvider(deps, opened.generation, { operation: opened.operation, signal });
        await failCall(deps, ids, { code: "cancelled", detail: "It was stopped." });
      }),
  };
}

async function readStatus(
  deps: ActivityDeps,
  { status, folder, signal }: { status: GetVideoStatusResult; folder: string; signal: AbortSignal },
) {
  if (status.status === "pending")
    return { kind: "pending" as const, metadata: status.providerMetadata };
  if (status.status === "error") return { kind: "failed" as const, error: status.error };
  const [video] = status.videos;
  if (!video) throw new ModelAnswerError("provider_down");
  const filePath = join(folder, "download");
  const made = await downloadOutput({ file: video, fetch: deps.fetch, filePath, signal });
  return { kind: "media" as const, ...made };
}

/**
 * What the provider said, or that it refused for good, which ends the call. What may pass is thrown, and lets the provider
 * be asked again: as often as it must where it surely did nothing, as `again` says where nobody knows.
 */
async function answerOf<Answer extends object>(
  deps: ActivityDeps,
  { ids, again, signal }: { ids: OutputIds; again: AskAgain; signal: AbortSignal },
  ask: (sending: () => void) => Promise<Answer>,
): Promise<Answer | { refused: Refused }> {
  let sent = false;
  try {
    return await ask(() => (sent = true));
  } catch (error) {
    // A call that was cut off here may have been answered there: it counts as asked.
    signal.throwIfAborted();
    const verdict = classifyModelError(error, { now: deps.now() });
    const refusal = { code: verdict.code, detail: verdict.message };
    if (verdict.code === "unexpected") {
      const failure = { error: nameOf(error), generationId: ids.generationId };
      deps.logger.error(failure, "a generation failed");
    }
    // What failed before anything left is our own, and passes: a store that is away, a database that restarts.
    const ours = !sent && verdict.code === "unexpected";
    if (!verdict.retryable && !ours) return { refused: await refuse(deps, ids, refusal) };
    if (!sent || provesUndone(error)) await reopenCall(deps, ids);
    else if (!(await noteUnclear(deps, ids, { again, error: refusal }))) {
      const ended = await readCall(deps, ids);
      return { refused: ended.kind === "refused" ? ended : { kind: "refused", ...refusal } };
    }
    throw ours ? error : modelFailure(verdict);
  }
}

type Refused = { kind: "refused"; code: string; detail: string };

async function refuse(
  deps: ActivityDeps,
  ids: OutputIds,
  error: { code: string; detail: string },
): Promise<Refused> {
  await failCall(deps, ids, error);
  return { kind: "refused", ...error };
}

async function plan(
  deps: ActivityDeps,
  generation: Generation,
  ids: OutputIds,
  signal: AbortSignal,
): Promise<PlannedCall> {
  const { provider, call } = await providerOf(deps, generation);
  return planProviderCall({
    provider,
    deps: call,
    model: generation.model,
    task: generation.task,
    prompt: generation.prompt,
    settings: settingsOf(generation, ids.index),
    inputs: await loadInputs(deps, generation, signal),
    signal,
  });
}

/** Variants differ by their seed. */
function settingsOf(generation: Generation, index: number): GenerationSettings {
  const settings: GenerationSettings = generation.settings;
  if (settings.seed === undefined || index === 0) return settings;
  return { ...settings, seed: (settings.seed + index) % 2_147_483_648 };
}

/** Stores an answer. One that is not what was asked for ends the call: asked again, it would cost again. */
async function store(
  deps: ActivityDeps,
  ids: OutputIds,
  generation: Generation,
  answer: ProviderAnswer,
  signal: AbortSignal,
): Promise<MadeOutput> {
  if (answer.kind === "text") {
    await untilStored(() => storeAnswer(deps, ids, { output: answer.output }), signal);
    return { kind: "stored" };
  }
  const offlineOutput = deps.providers.get(generation.provider)?.manifest.sandbox ?? false;
  try {
    const made = { ids, generation, made: answer, offlineOutput, signal };
    await untilStored(() => storeMediaOutput(deps, made), signal);
    return { kind: "stored" };
  } catch (error) {
    if (!(error instanceof MediaError || error instanceof ModelAnswerError)) throw error;
    return refuse(deps, ids, unusable);
  }
}

const unusable = {
  code: "provider_down",
  detail: "What the provider sent can't be used. The credits were given back; try another model.",
};

/** The kind of an error alone: its message may quote what was sent. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
