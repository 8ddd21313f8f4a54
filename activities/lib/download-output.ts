import type { GetVideoStatusResult } from "ai";
import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ModelAnswerError } from "./classify-model-error.ts";
import type { MadeMedia } from "./store-generated-media.ts";

type VideoFile = Extract<GetVideoStatusResult, { status: "completed" }>["videos"][number];

/** No video that a model makes is larger: a minute of 4K. */
const largestBytes = 1024 * 1024 * 1024;

/**
 * What a job made: its bytes, where the provider sent them itself; where it gives an address, the file at `filePath`, by the
 * guarded fetch. The file must not be there before; where this throws, part of it may be. Throws ModelAnswerError where it
 * can't be had or is too large, and errors of the local disk as they are.
 */
export async function downloadOutput(input: {
  file: VideoFile;
  fetch: typeof fetch;
  filePath: string;
  /** Default 1 GiB. */
  maximumBytes?: number;
  signal: AbortSignal;
}): Promise<MadeMedia> {
  const { file, filePath, maximumBytes = largestBytes, signal } = input;
  switch (file.type) {
    case "binary":
      return { data: file.data };
    case "base64":
      return { data: Buffer.from(file.data, "base64") };
    case "url": {
      const answer = await input.fetch(file.url, { signal });
      if (!answer.ok || !answer.body) {
        await answer.body?.cancel();
        throw new ModelAnswerError("provider_down");
      }
      await pipeline(
        Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]),
        atMost(maximumBytes),
        createWriteStream(filePath, { flags: "wx", mode: 0o600 }),
        { signal },
      );
      return { path: filePath };
    }
    default:
      throw new ModelAnswerError("provider_down");
  }
}

function atMost(most: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.byteLength;
      if (bytes > most) done(new ModelAnswerError("provider_down"));
      else done(null, chunk);
    },
  });
}
