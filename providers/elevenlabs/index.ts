import { createElevenLabs, type ElevenLabsProvider } from "@ai-sdk/elevenlabs";
import type { SpeechModelV4, TranscriptionModelV4 } from "@ai-sdk/provider";
import { z } from "zod";
import type { GenerationKind, Provider, ProviderDeps } from "#providers/contract.ts";
import { callForJson } from "#providers/lib/call-provider.ts";
import { connectPrivately, officialBaseUrl } from "./connect-privately.ts";
import { manifest } from "./manifest.ts";
import { elevenLabsSoundModel } from "./sound-model.ts";

/** Speech, music, sounds and transcription by ElevenLabs. */
export const provider = {
  manifest,
  speechModel: (deps: ProviderDeps, id: string) => shortLanguage(connect(deps).speech(id)),
  transcriptionModel: (deps: ProviderDeps, id: string) =>
    wordsAlone(connect(deps).transcription(id)),
  soundModel: elevenLabsSoundModel,
  // Said again in connect-privately.ts, because the library knows the option for speech alone.
  privacyOptions: (kind: GenerationKind) =>
    kind === "audio" ? { elevenlabs: { enableLogging: false } } : {},
  /** https://elevenlabs.io/docs/api-reference/models/list */
  async check(deps: ProviderDeps, signal: AbortSignal) {
    const { apiKey, fetch } = connectPrivately(deps);
    const headers = { "xi-api-key": apiKey };
    const url = `${officialBaseUrl}/v1/models`;
    const models = await callForJson({ fetch, url, headers, signal }, modelList);
    return { models: models.map((model) => model.model_id) };
  },
} satisfies Provider;

const modelList = z.array(z.object({ model_id: z.string() }));

function connect(deps: ProviderDeps): ElevenLabsProvider {
  return createElevenLabs(connectPrivately(deps));
}

/** ElevenLabs takes `de`, and refuses `de-AT`. */
function shortLanguage(model: SpeechModelV4): SpeechModelV4 {
  return {
    specificationVersion: "v4",
    provider: model.provider,
    modelId: model.modelId,
    doGenerate: ({ language, ...options }) =>
      model.doGenerate({
        ...options,
        ...(language !== undefined && { language: language.replace(/-.*$/u, "").toLowerCase() }),
      }),
  };
}

/** What was said, without `(laughter)`, without guesses who said it and without the gaps between words. */
function wordsAlone(model: TranscriptionModelV4): TranscriptionModelV4 {
  return {
    specificationVersion: "v4",
    provider: model.provider,
    modelId: model.modelId,
    async doGenerate({ providerOptions, ...options }) {
      const given = providerOptions?.["elevenlabs"] ?? {};
      const elevenlabs = { ...given, tagAudioEvents: false, diarize: false };
      const heard = await model.doGenerate({ ...options, providerOptions: { elevenlabs } });
      return { ...heard, segments: heard.segments.filter(({ text }) => text.trim() !== "") };
    },
  };
}
