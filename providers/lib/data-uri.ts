import type {
  Experimental_VideoModelV4File as VideoModelV4File,
  ImageModelV4File,
} from "@ai-sdk/provider";

/** A file as providers take it within JSON; an address as it is. */
export function dataUri(file: VideoModelV4File | ImageModelV4File): string {
  if (file.type === "url") return file.url;
  const { data, mediaType } = file;
  const base64 = typeof data === "string" ? data : Buffer.from(data).toString("base64");
  return `data:${mediaType};base64,${base64}`;
}
