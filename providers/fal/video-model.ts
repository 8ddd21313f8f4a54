import {
  APICallError,
  type Experimental_VideoModelV4 as VideoModelV4,
  type JSONValue,
} from "@ai-sdk/provider";
import { z } from "zod";
import type { ProviderDeps } from "#providers/contract.ts";
import { callForJson, callProvider } from "#providers/lib/call-provider.ts";
import { dataUri } from "#providers/lib/data-uri.ts";
import {
  jobModel,
  type Looked,
  type LookOptions,
  type PlainFields,
  responseOf,
  type StartOptions,
  startWith,
} from "#providers/lib/job-model.ts";
import { connectPrivately, type FalConnection } from "./connect-privately.ts";
import { type FieldNames, fieldsOf } from "./fields.ts";

/**
 * Videos by fal's queue. A job is started by the library and asked for here: the library takes every failure to ask for the
 * job's own, and does not say how far it is.
 */
export function falVideoModel(deps: ProviderDeps, id: string): VideoModelV4 {
  const connection = connectPrivately(deps);
  return jobModel({
    model: connection.library.video(id),
    adapt: (options) => startWith(options, "fal", inFieldsOf(fieldsOf(id), options)),
    look: (options) => look(connection, id, options),
  });
}

/** What is asked for, in the model's own fields. */
function inFieldsOf(names: FieldNames, options: StartOptions): PlainFields {
  const { image: first, frameImages, inputReferences = [] } = options;
  const { aspectRatio, duration, resolution, generateAudio, seed } = options;
  const last = frameImages?.find(({ frameType }) => frameType === "last_frame")?.image;
  const [video] = inputReferences;
  const { first: firstField = "image_url", seconds = (count: number) => `${count}s` } = names;
  return {
    ...(aspectRatio !== undefined && { aspect_ratio: aspectRatio }),
    ...(resolution !== undefined && { resolution }),
    ...(generateAudio !== undefined && { generate_audio: generateAudio }),
    ...(seed !== undefined && { seed }),
    ...(duration !== undefined && { duration: seconds(duration) }),
    ...(first && { [firstField]: dataUri(first) }),
    ...(last && names.last && { [names.last]: dataUri(last) }),
    ...(names.references && { [names.references]: inputReferences.map(dataUri) }),
    ...(names.video && video && { [names.video]: dataUri(video) }),
  };
}

async function look(
  { fetch, headers }: FalConnection,
  modelId: string,
  { operation, abortSignal: signal }: LookOptions,
): Promise<Looked> {
  const url = startedJob.parse(operation).responseUrl;
  const response = responseOf(modelId);
  const ended = (error: string): Looked => ({ status: "error", error, response });
  try {
    const seen = await callForJson({ fetch, url: `${url}/status`, headers, signal }, queueStatus);
    if (seen.status !== "COMPLETED") {
      const place = seen.queue_position;
      const fal = place === undefined ? {} : { queuePosition: place };
      return { status: "pending", providerMetadata: { fal }, response };
    }
    if (seen.error !== undefined) return ended(`${seen.error_type ?? ""} ${seen.error}`);
    const { video } = await callForJson({ fetch, url, headers, signal }, result);
    const file = { type: "url" as const, url: video.url, mediaType: "video/mp4" };
    return { status: "completed", videos: [file], warnings: [], response };
  } catch (error) {
    const words = endIn(error);
    if (words === undefined) throw error;
    return ended(words);
  }
}

/**
 * What ends a job: fal answers for the result with what the model answered, and keeps nothing for longer than an hour.
 * Undefined for what only kept us from asking.
 */
function endIn(error: unknown): string | undefined {
  if (!APICallError.isInstance(error)) return undefined;
  const { statusCode = 0, responseBody = "" } = error;
  if (statusCode === 404) return "fal does not know the job any more.";
  const said = modelError.safeParse(parse(responseBody));
  return said.success
    ? said.data.detail.map(({ type, msg }) => `${type}: ${msg}`).join(" ")
    : undefined;
}

/** https://fal.ai/docs/inference-api/queue/cancel: 400 says that it is done, 404 that it is gone. */
export async function cancelFalJob(
  deps: ProviderDeps,
  { operation, signal }: { operation: JSONValue; signal: AbortSignal },
): Promise<"cancelled" | "too_late"> {
  const { fetch, headers } = connectPrivately(deps);
  const url = `${startedJob.parse(operation).responseUrl}/cancel`;
  try {
    await callProvider({ fetch, method: "PUT", url, headers, signal });
    return "cancelled";
  } catch (error) {
    const status = APICallError.isInstance(error) ? error.statusCode : undefined;
    if (status === 404) return "cancelled";
    if (status === 400) return "too_late";
    throw error;
  }
}

/** Its place in fal's queue, which says nothing once it is being worked on. */
export function falProgress(metadata: unknown): { queuePosition?: number } {
  const read = progress.safeParse(metadata);
  const queuePosition = read.success ? read.data.fal.queuePosition : undefined;
  return queuePosition === undefined ? {} : { queuePosition };
}

const progress = z.object({ fal: z.object({ queuePosition: z.int().min(0).optional() }) });

const startedJob = z.object({
  responseUrl: z.string().regex(/^https:\/\/queue\.fal\.run\/[\w./-]+\/requests\/[\w-]+$/u),
});

/** https://fal.ai/docs/documentation/model-apis/inference/queue */
const queueStatus = z.object({
  status: z.enum(["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]),
  queue_position: z.int().min(0).optional(),
  error: z.string().optional(),
  error_type: z.string().optional(),
});

const result = z.object({ video: z.object({ url: z.url({ protocol: /^https$/u }) }) });

/** https://fal.ai/docs/documentation/model-apis/errors */
const modelError = z.object({
  detail: z.array(z.object({ msg: z.string(), type: z.string() })).min(1),
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not the model's own words then.
    return undefined;
  }
}
