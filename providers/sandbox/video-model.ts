import { tmpdir } from "node:os";
import {
  APICallError,
  type Experimental_VideoModelV4 as VideoModelV4,
  InvalidArgumentError,
  type JSONObject,
  type JSONValue,
  type SharedV4Warning,
} from "@ai-sdk/provider";
import { z } from "zod";
import { numberOf, readDirectives } from "./directives.ts";
import { failOnDemand } from "./fail-on-demand.ts";
import { lookAtVideoJob } from "./look-at-video-job.ts";
import { orderVideo } from "./order-video.ts";
import { readVideoInputs } from "./read-video-inputs.ts";
import { createVideoJob, endJob, findVideoJob } from "./video-job.ts";

export interface SandboxVideoModelOptions {
  modelId: string;
  ffmpegPath: string;
  /** In seconds; the first is the one made when none is asked for. */
  lengths: readonly number[];
  maxReferences: number;
  /** Where jobs are kept, beyond the life of this process; default: the system's folder for temporary files. */
  parent?: string;
}

/**
 * A video model that works by jobs: stills in motion under the prompt as a caption. The same prompt, seed, settings and
 * files give the same video. A job lives in a folder on this machine, for a day, whatever becomes of this process.
 */
export function sandboxVideoModel(options: SandboxVideoModelOptions): VideoModelV4 {
  const { modelId, ffmpegPath, lengths, maxReferences, parent = tmpdir() } = options;
  const response = () => ({ timestamp: new Date(), modelId, headers: undefined });
  return {
    specificationVersion: "v4",
    provider: "sandbox",
    modelId,
    maxVideosPerCall: 1,
    async doStart(call) {
      const { prompt = "", seed, abortSignal: signal } = call;
      if (call.n !== 1) {
        const message = "The sandbox makes one video at a time.";
        throw new InvalidArgumentError({ argument: "n", message });
      }
      const directives = readDirectives([prompt]);
      await failOnDemand({ directives, signal });
      const inputs = await readVideoInputs({ ...call, maxReferences });
      const { operation } = await createVideoJob({
        parent,
        prepare: (folder) =>
          orderVideo({
            ...{ call, inputs, lengths, folder, ffmpegPath, signal },
            seed: String(seed ?? numberOf(directives, "seed") ?? prompt),
          }),
      });
      if (directives.has("lost")) throw lostAnswer();
      const warnings: SharedV4Warning[] =
        call.fps === undefined ? [] : [{ type: "unsupported", feature: "fps" }];
      return { operation, warnings, response: response() };
    },
    async doStatus({ operation, abortSignal: signal }) {
      signal?.throwIfAborted();
      const job = await findVideoJob({ parent, operation });
      const found = await lookAtVideoJob({ job, ffmpegPath, signal });
      switch (found.status) {
        case "pending":
          return { status: "pending", ...saying(found.facts), response: response() };
        case "error":
          return {
            status: "error",
            error: found.message,
            ...saying(found.facts),
            response: response(),
          };
        case "completed":
          return {
            status: "completed",
            videos: [{ type: "binary", data: found.data, mediaType: "video/mp4" }],
            warnings: [],
            ...saying({ offline: true }),
            response: response(),
          };
      }
    },
  };
}

/** The job is begun, and nobody hears of it. */
function lostAnswer(): APICallError {
  return new APICallError({
    message: "The sandbox was told to lose its answer.",
    url: "sandbox:",
    requestBodyValues: {},
    cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }),
  });
}

function saying(facts: JSONObject): { providerMetadata: { sandbox: JSONObject } } {
  return { providerMetadata: { sandbox: facts } };
}

/** Ends a job that goes on; `too_late` for one that has ended by itself. Throws APICallError 404 for an unknown one. */
export async function cancelVideoJob({
  operation,
  parent = tmpdir(),
}: {
  operation: JSONValue;
  parent?: string;
}): Promise<"cancelled" | "too_late"> {
  const job = await findVideoJob({ parent, operation });
  return (await endJob(job, "cancelled")) === "cancelled" ? "cancelled" : "too_late";
}

const Progress = z.object({
  sandbox: z.object({ fraction: z.number().optional(), queuePosition: z.number().optional() }),
});

/** How far a job is, as the metadata of its status says. */
export function videoJobProgress(metadata: unknown): { fraction?: number; queuePosition?: number } {
  const read = Progress.safeParse(metadata);
  if (!read.success) return {};
  const { fraction, queuePosition } = read.data.sandbox;
  return {
    ...(fraction !== undefined && { fraction }),
    ...(queuePosition !== undefined && { queuePosition }),
  };
}
