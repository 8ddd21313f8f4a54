import { fileTypeFromFile } from "file-type";
import { MediaError } from "#domain/errors.ts";
import type { ImageType } from "./contract.ts";

/** What the beginning of a file's bytes says it is, and which single reader may open it. */
export type FoundType =
  | { reader: "sharp"; contentType: ImageType }
  | { reader: "ffmpeg"; contentType: string; demuxer: Demuxer };

/** ffmpeg's demuxers that are ever allowed. None of them follows a reference to another file; playlists and scripts do. */
export const DEMUXERS = [
  ...(["mov", "matroska", "mp3", "wav", "flac", "ogg", "aac", "gif"] as const),
  // For stills that sharp has read and written anew.
  "png_pipe",
] as const;
export type Demuxer = (typeof DEMUXERS)[number];

const TYPES = new Map<string, FoundType>(
  (
    [
      { reader: "sharp", contentType: "image/jpeg" },
      { reader: "sharp", contentType: "image/png" },
      { reader: "sharp", contentType: "image/webp" },
      { reader: "sharp", contentType: "image/gif" },
      { reader: "sharp", contentType: "image/avif" },
      { reader: "ffmpeg", contentType: "video/mp4", demuxer: "mov" },
      { reader: "ffmpeg", contentType: "video/quicktime", demuxer: "mov" },
      { reader: "ffmpeg", contentType: "video/webm", demuxer: "matroska" },
      { reader: "ffmpeg", contentType: "video/matroska", demuxer: "matroska" },
      { reader: "ffmpeg", contentType: "audio/mp4", demuxer: "mov" },
      { reader: "ffmpeg", contentType: "audio/mpeg", demuxer: "mp3" },
      { reader: "ffmpeg", contentType: "audio/wav", demuxer: "wav" },
      { reader: "ffmpeg", contentType: "audio/flac", demuxer: "flac" },
      { reader: "ffmpeg", contentType: "audio/ogg", demuxer: "ogg" },
      { reader: "ffmpeg", contentType: "audio/aac", demuxer: "aac" },
    ] satisfies FoundType[]
  ).map((type) => [type.contentType, type]),
);

/** Other names that the detector uses for the same. */
const SAME = new Map([
  ["image/apng", "image/png"],
  ["video/x-m4v", "video/mp4"],
  ["audio/x-m4a", "audio/mp4"],
  ["audio/ogg; codecs=opus", "audio/ogg"],
  ["audio/x-flac", "audio/flac"],
  ["audio/wave", "audio/wav"],
  ["video/x-matroska", "video/matroska"],
]);

/** For a person: what to send instead. */
const TAKEN =
  "JPEG, PNG, WebP, GIF or AVIF, a video as MP4, MOV, WebM or MKV, or audio as MP3, M4A, WAV, FLAC, OGG or AAC";

/** Finds a file's type by its content. Throws MediaError `unsupported_type`. */
export async function findFileType(path: string): Promise<FoundType> {
  const found = await fileTypeFromFile(path);
  const type = found && TYPES.get(SAME.get(found.mime) ?? found.mime);
  if (!type) {
    const what = found ? found.mime : "none that we know";
    throw new MediaError(`the file's type by its content is ${what}; send an image as ${TAKEN}`, {
      code: "unsupported_type",
    });
  }
  return type;
}

/** The demuxer for a type that a probe reported. */
export function demuxerOf(contentType: string): Demuxer {
  if (contentType === "image/gif") return "gif";
  const type = TYPES.get(contentType);
  if (type?.reader !== "ffmpeg") {
    throw new MediaError(`${contentType} is not read by ffmpeg`, { code: "unsupported_type" });
  }
  return type.demuxer;
}
