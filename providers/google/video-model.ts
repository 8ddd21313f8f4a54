import { createGoogle } from "@ai-sdk/google";
import type { Experimental_VideoModelV4 as VideoModelV4 } from "@ai-sdk/provider";
import { z } from "zod";
import type { ProviderDeps } from "#providers/contract.ts";
import { callForBytes, callForJson } from "#providers/lib/call-provider.ts";
import { jobModel, type Looked, type LookOptions, responseOf } from "#providers/lib/job-model.ts";
import { connectPrivately, type GoogleConnection } from "./connect-privately.ts";

/** Eight seconds of 4K are some 50 MB. */
const maximumBytes = 256 * 1024 * 1024;

/**
 * Veo. A job is started by the library and asked for here: the library writes the key into the address of the video, and
 * drops Google's reasons for holding one back. The video comes as bytes, because only the key opens its address.
 */
export function googleVideoModel(deps: ProviderDeps, id: string): VideoModelV4 {
  const connection = connectPrivately(deps);
  const { apiKey, baseUrl: baseURL, fetch } = connection;
  return jobModel({
    model: createGoogle({ apiKey, baseURL, fetch }).video(id),
    // What needs no words refuses empty ones.
    adapt: (options) => ({ ...options, prompt: options.prompt || undefined }),
    look: (options) => look(connection, id, options),
  });
}

async function look(
  connection: GoogleConnection,
  modelId: string,
  { operation, abortSignal: signal }: LookOptions,
): Promise<Looked> {
  const { operationName } = startedOperation.parse(operation);
  const { apiKey, baseUrl, fetch } = connection;
  const url = `${baseUrl}/${operationName}`;
  const headers = { "x-goog-api-key": apiKey };
  const seen = await callForJson({ fetch, url, headers, signal }, operationAnswer);
  const response = responseOf(modelId);
  if (!seen.done) return { status: "pending", response };
  const uri = seen.response?.generateVideoResponse?.generatedSamples?.[0]?.video?.uri;
  if (!uri) return { status: "error", error: reasonOf(seen), response };
  const data = await download(connection, uri, signal);
  const video = { type: "binary" as const, data, mediaType: "video/mp4" };
  return { status: "completed", videos: [video], warnings: [], response };
}

/** From the account's own store, which asks for the key, and perhaps on to another address, which must not have it. */
async function download(
  { apiKey, baseUrl, fetch }: GoogleConnection,
  uri: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  let url = new URL(uri);
  for (let hops = 0; hops < 3; hops += 1) {
    const own = url.origin === new URL(baseUrl).origin;
    const headers: Record<string, string> = own ? { "x-goog-api-key": apiKey } : {};
    const answer = await fetch(url, { headers, redirect: "manual", ...(signal && { signal }) });
    const further = answer.headers.get("location");
    if (answer.status < 300 || answer.status > 399 || further === null) {
      const here = () => Promise.resolve(answer);
      const call = { fetch: here, url: `${url.origin}${url.pathname}`, headers: {} };
      return (await callForBytes({ ...call, maxBytes: maximumBytes })).data;
    }
    url = new URL(further, url);
  }
  throw new Error("Google's video is behind too many redirects.");
}

function reasonOf({ error, response }: z.infer<typeof operationAnswer>): string {
  if (error) return error.message;
  const { raiMediaFilteredReasons: reasons = [] } = response?.generateVideoResponse ?? {};
  return reasons.length === 0
    ? "It ended without a video."
    : `Held back by the safety filters: ${reasons.join(" ")}`;
}

const startedOperation = z.object({
  operationName: z.string().regex(/^(?:\w[\w.-]*\/){0,4}operations\/\w[\w.-]*$/u),
});

/** ai.google.dev/gemini-api/docs/video; google.longrunning.Operation */
const operationAnswer = z.object({
  done: z.boolean().optional(),
  error: z.object({ message: z.string() }).optional(),
  response: z
    .object({
      generateVideoResponse: z
        .object({
          generatedSamples: z
            .array(z.object({ video: z.object({ uri: z.url() }).optional() }))
            .optional(),
          raiMediaFilteredReasons: z.array(z.string()).optional(),
        })
        .optional(),
    })
    .optional(),
});
