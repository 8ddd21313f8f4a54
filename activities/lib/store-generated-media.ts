import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "#db/entities/lib.ts";
import { firstKeeping } from "#domain/decide-expiry.ts";
import type { DigitalSource } from "#domain/digital-source.ts";
import { MediaError } from "#domain/errors.ts";
import type { Probe } from "#media/contract.ts";
import { keepingTimeoutMs, probeInChild } from "#media/probe-in-child.ts";
import { withTempFolder } from "#media/with-temp-folder.ts";
import { hashFile } from "#storage/hash-file.ts";
import type { ActivityDeps } from "../deps.ts";
import { ModelAnswerError } from "./classify-model-error.ts";

/** What was made: in memory as a provider sent it, or a file as a recipe left it. */
export type MadeMedia = { data: Uint8Array } | { path: string };

/**
 * Checks what was made as any upload, stores pictures and videos without what else their maker wrote into them, marked as
 * what they are, and returns the facts of the asset's row. A server that a workspace named itself may have sent anything:
 * it is decoded and stripped by `probeInChild` alone, never in this process.
 *
 * Throws ModelAnswerError where it is not of the kind that was asked for, and MediaError where it can't be read.
 */
export async function storeGeneratedMedia(input: {
  deps: ActivityDeps;
  workspaceId: string;
  kind: "image" | "audio" | "video";
  made: MadeMedia;
  /** What it is marked as; null where no model had a part in it. */
  digitalSource: DigitalSource | null;
  signal: AbortSignal;
}) {
  const { deps, workspaceId, kind, made, digitalSource, signal } = input;
  return withTempFolder(async (folder) => {
    const output = "path" in made ? made.path : join(folder, "output");
    if ("data" in made) await writeFile(output, made.data);
    const { path, facts } = await keep({ ...input, output, folder });
    if (facts.kind !== kind) throw new ModelAnswerError("provider_down");
    const id = newId();
    const blobKey = `${workspaceId}/assets/${id}`;
    const { contentType, bytes } = facts;
    await deps.storage.putFile({ key: blobKey, filePath: path, contentType, signal });
    return {
      id,
      workspaceId,
      kind,
      status: "ready" as const,
      contentType,
      bytes,
      sha256: await hashFile(path, signal),
      width: facts.kind === "audio" ? null : facts.width,
      height: facts.kind === "audio" ? null : facts.height,
      durationSeconds: facts.durationSeconds ?? null,
      blobKey,
      origin: "generation" as const,
      digitalSource,
      class: "output" as const,
      ...firstKeeping("output", deps.now()),
    };
  });
}

async function keep(input: {
  deps: ActivityDeps;
  kind: "image" | "audio" | "video";
  output: string;
  folder: string;
  digitalSource: DigitalSource | null;
  signal: AbortSignal;
}): Promise<{ path: string; facts: Probe }> {
  const { deps, kind, output, folder, signal } = input;
  const { ffmpegPath, ffprobePath } = deps;
  const digitalSource = input.digitalSource ?? undefined;
  const timeoutMs = keepingTimeoutMs((await stat(output)).size);
  const asItCame = async () => ({
    path: output,
    facts: await probeInChild({ path: output, ffprobePath, timeoutMs, signal }),
  });
  // Sound has no place for the mark; what its maker wrote into it, that it is none of a person's, stays.
  if (kind === "audio") return asItCame();
  const path = join(folder, "kept");
  try {
    const facts = await probeInChild({
      path: output,
      ffprobePath,
      keep: { path, ffmpegPath, digitalSource },
      timeoutMs,
      signal,
    });
    return { path, facts };
  } catch (error) {
    // It plays, and is paid for: better as it came than not at all.
    if (!(error instanceof MediaError) || error.code !== "not_copyable") throw error;
    return asItCame();
  }
}
