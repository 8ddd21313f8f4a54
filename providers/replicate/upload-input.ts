import type {
  Experimental_VideoModelV4File as VideoModelV4File,
  ImageModelV4File,
} from "@ai-sdk/provider";
import { z } from "zod";
import { callForJson } from "#providers/lib/call-provider.ts";
import { dataUri } from "#providers/lib/data-uri.ts";
import type { ReplicateConnection } from "./connect.ts";

/** What is larger does not belong into a request: replicate.com/docs/topics/predictions/input-files. */
const maximumInlineBytes = 256 * 1024;

export interface UploadInput {
  connection: ReplicateConnection;
  file: VideoModelV4File | ImageModelV4File;
  signal: AbortSignal | undefined;
}

/**
 * A file as a field of a prediction takes it: small ones as they are, larger ones by their address among the account's
 * files, where Replicate deletes them after a day (replicate.com/docs/reference/http#files.create). Uploaded again, it is
 * another file of a day.
 */
export async function uploadInput({ connection, file, signal }: UploadInput): Promise<string> {
  if (file.type === "url") return file.url;
  const { mediaType } = file;
  const bytes = typeof file.data === "string" ? Buffer.from(file.data, "base64") : file.data;
  if (bytes.length <= maximumInlineBytes) return dataUri(file);
  const body = new FormData();
  const blob = new Blob([new Uint8Array(bytes)], { type: mediaType });
  body.append("content", blob, `input.${mediaType.split("/")[1] ?? "bin"}`);
  const { fetch, baseUrl, headers } = connection;
  const call = { fetch, method: "POST" as const, url: `${baseUrl}/files`, headers, body, signal };
  return (await callForJson(call, uploaded)).urls.get;
}

const uploaded = z.object({ urls: z.object({ get: z.url() }) });
