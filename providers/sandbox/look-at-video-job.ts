import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JSONObject } from "@ai-sdk/provider";
import { numberOf, readDirectives } from "./directives.ts";
import { answers, failOnDemand } from "./fail-on-demand.ts";
import { renderVideo } from "./render-video.ts";
import { countLooks, endJob, endOf, type VideoJob } from "./video-job.ts";

/** What a look at a job finds. */
export type VideoJobState =
  | { status: "pending"; facts: JSONObject }
  | { status: "completed"; data: Uint8Array }
  | { status: "error"; message: string; facts: JSONObject };

/** How often a job is looked at before it is done, unless its prompt says otherwise. */
const usualLooks = 2;

/**
 * Looks at a job as its prompt's directives have it: waiting in line first, then under way, then done; the look that
 * finds it due renders it. Once it has ended, every look says the same.
 */
export async function lookAtVideoJob({
  job,
  ffmpegPath,
  signal,
}: {
  job: VideoJob;
  ffmpegPath: string;
  signal?: AbortSignal | undefined;
}): Promise<VideoJobState> {
  const directives = readDirectives([job.order.prompt]);
  const look = await countLooks(job);
  await failOnDemand({ directives: ofStatus(directives, look), signal });
  const outputPath = join(job.folder, "video.mp4");

  let end = await endOf(job);
  if (end === undefined) {
    const looks = numberOf(directives, "looks") ?? usualLooks;
    if (directives.has("stuck") || look <= looks) {
      const fraction = directives.has("stuck") ? 0.5 : (look - 1) / (looks + 1);
      const waiting = look === 1 ? { queuePosition: 1 } : {};
      return { status: "pending", facts: { fraction, ...waiting } };
    }
    if (directives.has("job-error") || directives.has("refuse")) end = await endJob(job, "failed");
    else {
      // Whoever looks at the same time renders the same.
      if (!existsSync(outputPath)) await renderVideo({ job, outputPath, ffmpegPath, signal });
      end = await endJob(job, "completed");
    }
  }
  if (end === "completed")
    return { status: "completed", data: new Uint8Array(await readFile(outputPath)) };
  if (end === "cancelled")
    return { status: "error", message: "The job was cancelled.", facts: { code: "cancelled" } };
  const wanted = directives.has("refuse") ? "content_policy" : directives.get("job-error");
  const { code } = answers[wanted ?? ""] ?? { code: "internal_error" };
  return {
    status: "error",
    message: `The sandbox was told to let the job fail: ${code}.`,
    facts: { code },
  };
}

/** Directives of the call for a status, as those of any call: `status-error` holds for one look unless it says more. */
function ofStatus(directives: ReadonlyMap<string, string>, look: number): Map<string, string> {
  const found = new Map<string, string>();
  const wait = directives.get("status-wait");
  if (wait !== undefined) found.set("wait", wait);
  const error = directives.get("status-error");
  if (error !== undefined && look <= (numberOf(directives, "status-errors") ?? 1))
    found.set("error", error);
  return found;
}
