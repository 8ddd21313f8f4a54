import type { Experimental_VideoModelV4 as VideoModelV4, JSONValue } from "@ai-sdk/provider";
import { z } from "zod";
import type { ProviderDeps } from "#providers/contract.ts";
import { callForJson } from "#providers/lib/call-provider.ts";
import {
  jobModel,
  type Looked,
  type LookOptions,
  type PlainFields,
  responseOf,
  type StartOptions,
  startWith,
} from "#providers/lib/job-model.ts";
import { connect, type ReplicateConnection } from "./connect.ts";
import { fieldsOf } from "./fields.ts";
import { uploadInput } from "./upload-input.ts";

/**
 * Videos by Replicate. A job, there a prediction, is started by the library and asked for here: the library does not say
 * how far it is, and takes a result that was deleted for a failure of the call.
 */
export function replicateVideoModel(deps: ProviderDeps, id: string): VideoModelV4 {
  const connection = connect(deps);
  return jobModel({
    model: connection.library.video(id),
    adapt: async (options) =>
      startWith(options, "replicate", await inputOf(connection, id, options)),
    look: (options) => look(connection, id, options),
  });
}

/** What is asked for, in the model's own fields. */
async function inputOf(
  connection: ReplicateConnection,
  id: string,
  options: StartOptions,
): Promise<PlainFields> {
  const { image, frameImages, inputReferences = [], abortSignal: signal } = options;
  const { aspectRatio, duration, resolution, generateAudio, seed } = options;
  signal?.throwIfAborted();
  const upload = (file: NonNullable<typeof image>) => uploadInput({ connection, file, signal });
  const last = frameImages?.find(({ frameType }) => frameType === "last_frame")?.image;
  const names = fieldsOf(id);
  return {
    ...(aspectRatio !== undefined && { aspect_ratio: aspectRatio }),
    ...(resolution !== undefined && { resolution }),
    ...(generateAudio !== undefined && { generate_audio: generateAudio }),
    ...(seed !== undefined && { seed }),
    ...(duration !== undefined && { duration }),
    ...(image && names.first && { [names.first]: await upload(image) }),
    ...(last && names.last && { [names.last]: await upload(last) }),
    ...(names.references &&
      inputReferences.length > 0 && {
        [names.references]: await Promise.all(inputReferences.map(upload)),
      }),
  };
}

async function look(
  connection: ReplicateConnection,
  modelId: string,
  { operation, abortSignal: signal }: LookOptions,
): Promise<Looked> {
  const { fetch, headers } = connection;
  const url = addressOf(connection, operation);
  const seen = await callForJson({ fetch, url, headers, signal }, prediction);
  const response = responseOf(modelId);
  switch (seen.status) {
    case "starting":
    case "processing": {
      const fraction = fractionIn(seen.logs ?? "");
      const replicate = fraction === undefined ? {} : { fraction };
      return { status: "pending", providerMetadata: { replicate }, response };
    }
    case "succeeded": {
      const made = Array.isArray(seen.output) ? seen.output[0] : seen.output;
      if (!made) return { status: "error", error: "It ended without a video.", response };
      const file = { type: "url" as const, url: made, mediaType: "video/mp4" };
      return { status: "completed", videos: [file], warnings: [], response };
    }
    default:
      return { status: "error", error: seen.error ?? `It was ${seen.status}.`, response };
  }
}

/** https://replicate.com/docs/reference/http#predictions.cancel: it answers with the prediction as it then is. */
export async function cancelPrediction(
  deps: ProviderDeps,
  { operation, signal }: { operation: JSONValue; signal: AbortSignal },
): Promise<"cancelled" | "too_late"> {
  const connection = connect(deps);
  const { fetch, headers } = connection;
  const url = `${addressOf(connection, operation)}/cancel`;
  const seen = await callForJson({ fetch, method: "POST", url, headers, signal }, prediction);
  return seen.status === "succeeded" || seen.status === "failed" ? "too_late" : "cancelled";
}

/** How far a prediction is, as its log says. */
export function predictionProgress(metadata: unknown): { fraction?: number } {
  const read = progress.safeParse(metadata);
  const fraction = read.success ? read.data.replicate.fraction : undefined;
  return fraction === undefined ? {} : { fraction };
}

const progress = z.object({
  replicate: z.object({ fraction: z.number().min(0).max(1).optional() }),
});

/** The last bar in a log: ` 42%|████▏     | 21/50`. */
function fractionIn(logs: string): number | undefined {
  const bars = [...logs.matchAll(/\b(\d{1,3})%\|/gu)];
  const percent = Number(bars.at(-1)?.[1] ?? Number.NaN);
  return percent <= 100 ? percent / 100 : undefined;
}

/** Throws where what was stored is no prediction of this server. */
function addressOf({ baseUrl }: ReplicateConnection, operation: JSONValue): string {
  const { getUrl } = startedJob.parse(operation);
  const id = /\/predictions\/([a-z0-9]+)$/u.exec(getUrl)?.[1];
  if (id === undefined) throw new TypeError("That is no prediction of Replicate's.");
  return `${baseUrl}/predictions/${id}`;
}

const startedJob = z.object({ getUrl: z.string() });

/** https://replicate.com/docs/reference/http#predictions.get */
const prediction = z.object({
  status: z.enum(["starting", "processing", "succeeded", "failed", "canceled", "aborted"]),
  output: z.union([z.url(), z.array(z.url())]).nullish(),
  error: z.string().nullish(),
  logs: z.string().nullish(),
});
