import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "#db/entities/lib.ts";
import { probe } from "#media/probe.ts";
import { withTempFolder } from "#media/with-temp-folder.ts";
import type { ActivityDeps } from "../deps.ts";

/** Checks a generated image as any upload and stores its bytes; returns the facts of the asset's row. */
export async function storeGeneratedImage(input: {
  deps: ActivityDeps;
  workspaceId: string;
  data: Uint8Array;
  signal: AbortSignal;
}) {
  const { deps, data, signal } = input;
  return withTempFolder(async (folder) => {
    const path = join(folder, "image");
    await writeFile(path, data);
    const facts = await probe({ path, ffprobePath: deps.ffprobePath, signal });
    if (facts.kind !== "image") throw new Error("the provider's answer is no image");
    const id = newId();
    const blobKey = `${input.workspaceId}/assets/${id}`;
    await deps.storage.putFile({
      key: blobKey,
      filePath: path,
      contentType: facts.contentType,
      signal,
    });
    return {
      id,
      workspaceId: input.workspaceId,
      kind: "image" as const,
      status: "ready" as const,
      contentType: facts.contentType,
      bytes: facts.bytes,
      sha256: createHash("sha256").update(data).digest("hex"),
      width: facts.width,
      height: facts.height,
      blobKey,
      origin: "generation" as const,
    };
  });
}
