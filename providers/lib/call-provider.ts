import { APICallError } from "@ai-sdk/provider";
import type { z } from "zod";

export interface CallProvider {
  /** Of guardKey: it keeps answers of failure short, and the key out of them. */
  fetch: typeof fetch;
  method?: "GET" | "POST" | "PUT";
  url: string;
  /** The key among them. They are in no error. */
  headers: Record<string, string>;
  /** Sent as JSON, or as the form that it is. */
  body?: Record<string, unknown> | FormData;
  signal?: AbortSignal | undefined;
}

/** JSON of a call like these holds ids and addresses, no media. */
const maximumJsonBytes = 4 * 1024 * 1024;

/**
 * Makes one call of a provider's that `ai` has no model for, and hands back its answer, unread. Throws APICallError where
 * the status is none of success, and what fetch throws.
 */
export async function callProvider(call: CallProvider): Promise<Response> {
  const { method = "GET", url, body, signal } = call;
  const isJson = body !== undefined && !(body instanceof FormData);
  const response = await call.fetch(url, {
    method,
    headers: { ...(isJson && { "content-type": "application/json" }), ...call.headers },
    ...(body && { body: body instanceof FormData ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (response.ok) return response;
  throw failed({ url, response, responseBody: await response.text() });
}

/** The same, with the answer read as JSON of that shape; throws APICallError where it is none. */
export async function callForJson<T>(call: CallProvider, schema: z.ZodType<T>): Promise<T> {
  const response = await callProvider(call);
  const bytes = await readBytes(response, maximumJsonBytes);
  const read = schema.safeParse(parse(Buffer.from(bytes).toString("utf8")));
  if (read.success) return read.data;
  throw failed({ url: call.url, response });
}

/** The same, with the bytes of the answer; throws APICallError where they are more than `maxBytes`, or none. */
export async function callForBytes(
  call: CallProvider & { maxBytes: number },
): Promise<{ data: Uint8Array; mediaType: string }> {
  const response = await callProvider(call);
  const data = await readBytes(response, call.maxBytes + 1);
  if (data.length === 0 || data.length > call.maxBytes) throw failed({ url: call.url, response });
  const mediaType = response.headers.get("content-type")?.split(";")[0]?.trim();
  return { data, mediaType: mediaType || "application/octet-stream" };
}

function failed(input: { url: string; response: Response; responseBody?: string }): APICallError {
  const { url, response, responseBody } = input;
  return new APICallError({
    message: `The provider answered ${response.status}.`,
    url,
    requestBodyValues: {},
    statusCode: response.status,
    responseHeaders: Object.fromEntries(response.headers),
    ...(responseBody === undefined ? {} : { responseBody }),
  });
}

/** Not more than `limit` bytes of an answer, however much there is. */
async function readBytes(response: Response, limit: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= limit) break;
  }
  return Buffer.concat(chunks).subarray(0, limit);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Said with its status by who asked for it.
    return undefined;
  }
}
