import { InvalidResponseDataError, LoadAPIKeyError } from "@ai-sdk/provider";
import type { ProviderDeps, ProviderManifest } from "#providers/contract.ts";

export interface GuardedKey {
  apiKey: string;
  /**
   * Answers of failure come back without the key, whatever the provider repeats, and not longer than they need be; those of
   * success end with InvalidResponseDataError where they are larger than any that is held in memory may be.
   */
  fetch: typeof fetch;
}

/** As much of an answer of failure as can say anything. */
const maximumErrorBytes = 64 * 1024;

/** Several pictures as base64 in JSON, with room; what is larger is fetched from an address of its own, into a file. */
const maximumAnswerBytes = 256 * 1024 * 1024;

/** The provider's key, and a fetch that lets it into no error. Throws LoadAPIKeyError where there is none, saying what to set. */
export function guardKey(
  { title, needsKey }: ProviderManifest,
  { credentials, fetch }: ProviderDeps,
): GuardedKey {
  const apiKey = credentials.apiKey?.trim();
  if (!apiKey) {
    throw new LoadAPIKeyError({
      message: `${title} needs an API key: add it for the workspace, or set ${needsKey} and restart.`,
    });
  }
  return {
    apiKey,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (response.body === null) return response;
      if (response.ok) return limited(response, response.body);
      const text = (await readStart(response.body)).replaceAll(apiKey, "[key]");
      const { status, statusText } = response;
      const headers = new Headers(
        [...response.headers].map(([name, value]) => [name, value.replaceAll(apiKey, "[key]")]),
      );
      // Its length and packing are those of the answer as it came.
      headers.delete("content-length");
      headers.delete("content-encoding");
      return new Response(text, { status, statusText, headers });
    },
  };
}

/** Whoever reads the whole of it reads into memory: it is counted as it comes, whatever it says of itself. */
async function limited(response: Response, body: ReadableStream<Uint8Array>): Promise<Response> {
  if (Number(response.headers.get("content-length") ?? 0) > maximumAnswerBytes) {
    await body.cancel();
    throw tooLarge();
  }
  let bytes = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > maximumAnswerBytes) throw tooLarge();
      controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(body.pipeThrough(counted), { status, statusText, headers });
}

function tooLarge(): InvalidResponseDataError {
  const message = `The answer is larger than ${maximumAnswerBytes / 1024 / 1024} MB.`;
  return new InvalidResponseDataError({ data: null, message });
}

async function readStart(body: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= maximumErrorBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maximumErrorBytes).toString("utf8");
}
