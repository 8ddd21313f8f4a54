import { join } from "node:path";
import { Asset, Generation } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { MediaError } from "#domain/errors.ts";
import type { Enhancement } from "#domain/enhancements.ts";
import { enhanceVideo } from "#media/video/enhance-video.ts";
import { probe } from "#media/probe.ts";
import { withTempFolder } from "#media/with-temp-folder.ts";
import type { OutputIds, RecipeActivities } from "#workflows/make-output.ts";
import type { ActivityDeps } from "./deps.ts";
import { failCall, noteProgress, openCall } from "./lib/call-ledger.ts";
import { ModelAnswerError } from "./lib/classify-model-error.ts";
import { storeMediaOutput } from "./lib/store-media-output.ts";
import { withHeartbeat } from "./lib/with-heartbeat.ts";

/** What `generate` asks of the media queue: what is made here, by recipes of ours. */
export function createRecipeActivities(deps: ActivityDeps): RecipeActivities {
  return {
    applyRecipe: (ids) =>
      withHeartbeat(async (signal) => {
        const opened = await openCall(deps, ids, "free");
        if (opened.kind === "stored" || opened.kind === "refused") return opened;
        if (opened.kind === "started") throw new Error("a recipe is no job at a provider");
        const { generation } = opened;
        try {
          await enhance(deps, ids, generation, signal);
          return { kind: "stored" };
        } catch (error) {
          signal.throwIfAborted();
          const refused = refusalOf(error);
          if (!refused) throw error;
          await failCall(deps, ids, refused);
          return { kind: "refused", ...refused };
        }
      }),
  };
}

async function enhance(
  deps: ActivityDeps,
  ids: OutputIds,
  generation: Generation,
  signal: AbortSignal,
): Promise<void> {
  const { ffmpegPath, ffprobePath } = deps;
  const em = inWorkspace(deps.orm, generation.workspaceId);
  const assetId = generation.inputs.find(({ role }) => role === "source")?.assetId;
  const source = assetId ? await em.findOne(Asset, { id: assetId, status: "ready" }) : null;
  if (!source) throw new MissingInput("The video that it was to better is not there any more.");
  const wanted = generation.settings as { enhancements?: Enhancement[]; captionsFrom?: string };
  const captions = await captionsOf(deps, generation, wanted.captionsFrom);
  await withTempFolder(async (folder) => {
    const [path, outputPath] = [join(folder, "source"), join(folder, "output.mp4")];
    await deps.storage.toFile({ key: source.blobKey, filePath: path, signal });
    const facts = await probe({ path, ffprobePath, signal });
    if (facts.kind !== "video") throw new MissingInput("What it was to better is no video.");
    const better = (one: Enhancement) => wanted.enhancements?.includes(one) ?? false;
    await enhanceVideo({
      ffmpegPath,
      ffprobePath,
      video: { path, probe: facts },
      outputPath,
      ...(better("upscale") && { upscale: 2 as const }),
      denoise: better("denoise"),
      stabilise: better("stabilise"),
      colour: better("colour"),
      loudness: better("loudness"),
      ...(captions && { captions }),
      signal,
      onProgress: inSteps(deps, (fraction) => noteProgress(deps, ids, { fraction })),
    });
    // What was made of a stand-in is one.
    const { offlineOutput } = source;
    await storeMediaOutput(deps, {
      ids,
      generation,
      made: { path: outputPath },
      offlineOutput,
      signal,
    });
  });
}

async function captionsOf(deps: ActivityDeps, generation: Generation, id: string | undefined) {
  if (id === undefined) return undefined;
  const em = inWorkspace(deps.orm, generation.workspaceId);
  const transcription = await em.findOne(Generation, { id });
  const [output] = transcription?.outputs ?? [];
  if (!output || !("segments" in output) || !output.segments?.length)
    throw new MissingInput("The transcription for its captions is not there any more.");
  return output.segments.map(({ text, start, end }) => ({
    text,
    startSecond: start,
    endSecond: end,
  }));
}

class MissingInput extends Error {
  override name = "MissingInput";
}

/** What no other try would change. */
function refusalOf(error: unknown): { code: string; detail: string } | undefined {
  if (error instanceof MissingInput) return { code: "invalid_input", detail: error.message };
  if (error instanceof MediaError && error.code !== "timeout")
    return { code: "invalid_input", detail: `${error.message}. The credits were given back.` };
  if (error instanceof ModelAnswerError)
    return { code: "invalid_input", detail: "What came of it is no video. Try another file." };
  return undefined;
}

/** Tells each twentieth, one after the other; what can't be told is told with the next. */
function inSteps(
  { logger }: ActivityDeps,
  tell: (fraction: number) => Promise<unknown>,
): (fraction: number) => void {
  let [told, busy] = [0, false];
  return (fraction) => {
    if (busy || fraction - told < 0.05) return;
    [told, busy] = [fraction, true];
    void tell(fraction)
      .catch((error: unknown) => logger.warn({ error }, "progress could not be told"))
      .finally(() => (busy = false));
  };
}
