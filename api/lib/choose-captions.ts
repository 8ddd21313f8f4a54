import { ExpiredObject, Generation } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import type { GenerationSettings } from "#domain/generation-settings.ts";
import { generationExpired } from "./found-or-expired.ts";

/** How many transcriptions are looked through for one of the same video. */
const searched = 100;

/**
 * The transcription whose words become captions: the one that the request names, else the newest of the same video; nothing
 * where no captions are asked for. Throws Problem 422 `invalid_request` where there is none with times, 410
 * `generation_expired` where that was removed.
 */
export async function chooseCaptions(
  em: EntityManager,
  input: { settings: GenerationSettings; sourceId: string | undefined },
): Promise<{ captionsFrom?: string }> {
  const { settings, sourceId } = input;
  const named = settings.captionsFrom;
  if (!settings.enhancements?.includes("captions")) {
    if (named === undefined) return {};
    throw refuse("/settings/captionsFrom", "Name `captions` among the enhancements, too.");
  }
  const found =
    named === undefined
      ? (await transcriptions(em)).find(({ inputs }) =>
          inputs.some((one) => one.assetId === sourceId),
        )
      : await em.findOne(Generation, { id: named });
  const [output] = found?.outputs ?? [];
  if (found && output && "segments" in output && output.segments?.length)
    return { captionsFrom: found.id };
  if (named !== undefined) await refuseExpired(em, named, found ?? null);
  throw named === undefined
    ? refuse(
        "/settings/enhancements",
        "There is no transcription of this video yet: make one first (kind `audio`, task `transcribe`, the video as its input), or name one as `captionsFrom`.",
      )
    : refuse("/settings/captionsFrom", "This is no transcription with times that has succeeded.");
}

async function refuseExpired(em: EntityManager, id: string, row: Generation | null): Promise<void> {
  const expired = { kind: "generation" as const, id };
  if (row ? row.textsRemovedAt : (await em.count(ExpiredObject, expired)) > 0)
    throw generationExpired("/settings/captionsFrom");
}

function transcriptions(em: EntityManager): Promise<Generation[]> {
  const wanted = { task: "transcribe" as const, status: "succeeded" as const };
  return em.find(Generation, wanted, { orderBy: { id: "desc" }, limit: searched });
}

function refuse(pointer: string, detail: string): Problem {
  const errors = [{ pointer, detail }];
  return new Problem({ status: 422, code: "invalid_request", detail, errors });
}
