import type { TranscriptionModelV4 } from "@ai-sdk/provider";
import { readDirectives } from "./directives.ts";
import { failOnDemand } from "./fail-on-demand.ts";
import { fingerprintOf } from "./fingerprint-of.ts";
import { measureSound } from "./measure-sound.ts";
import { writeTranscript } from "./write-transcript.ts";

/** Where a file's tags are; directives are looked for there, since a call for a transcript has no prompt. */
const tagBytes = 64 * 1024;

/**
 * A transcription model that hears nothing: it lays words over the length of the file, and says so in the text. The
 * same file gives the same words.
 */
export function sandboxTranscriptionModel({
  modelId,
  ffmpegPath,
}: {
  modelId: string;
  ffmpegPath: string;
}): TranscriptionModelV4 {
  return {
    specificationVersion: "v4",
    provider: "sandbox",
    modelId,
    async doGenerate({ audio, timestampGranularities = [], abortSignal: signal }) {
      const data = typeof audio === "string" ? Buffer.from(audio, "base64") : audio;
      await failOnDemand({ directives: readDirectives(tagsOf(data)), signal });
      const durationInSeconds = await measureSound({ data, ffmpegPath, signal });
      const seed = fingerprintOf(data);
      const { text, segments, words } = writeTranscript({ seed, seconds: durationInSeconds });
      return {
        text,
        segments,
        ...(timestampGranularities.includes("word") && { words }),
        language: "en",
        durationInSeconds,
        warnings: [],
        providerMetadata: { sandbox: { offline: true } },
        response: { timestamp: new Date(), modelId },
      };
    },
  };
}

function tagsOf(data: Uint8Array): string[] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return [bytes.subarray(0, tagBytes), bytes.subarray(tagBytes).subarray(-tagBytes)].map((part) =>
    part.toString("latin1"),
  );
}
