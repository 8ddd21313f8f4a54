import type { InputRole } from "#domain/generation-tasks.ts";
import type { InputLimit, ProviderManifest } from "#providers/contract.ts";

/*
 * Models as listed by @ai-sdk/openai 4.0.118; sizes as its catalogue gives them. Prices are ours, in whole credits of about
 * one US cent: estimates of November 2026 from OpenAI's price list, rounded up. Limits and settings of images, speech and
 * transcription: platform.openai.com/docs/api-reference/images/createEdit, /audio/createSpeech and /audio/createTranscription.
 */
/** Models that reason take no temperature, and the Responses API no seed. */
const textSettings = { maxOutputTokens: 32_000 };
const imageSizes = ["1024x1024", "1536x1024", "1024x1536"];

const pictures = ["image/png", "image/jpeg", "image/webp"];
const imageInputs: Partial<Record<InputRole, InputLimit>> = {
  source: { media: "image", max: 1, types: pictures, maxBytes: 50_000_000 },
  reference: { media: "image", max: 15, types: pictures, maxBytes: 50_000_000 },
  mask: { media: "image", max: 1, types: ["image/png"], maxBytes: 4_000_000 },
};

const voices = ["alloy", "ash", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer"];
const newerVoices = ["ballad", "cedar", "marin", "verse"];
const namedVoices = (ids: readonly string[]) =>
  ids.map((id) => ({ id, title: id.charAt(0).toUpperCase() + id.slice(1) }));
/** What OpenAI offers besides is raw samples, which no player opens. */
const speechFormats = ["mp3", "wav", "opus", "aac", "flac"];

/** A minute costs 0.6 cents. */
const transcription = {
  kind: "audio",
  tasks: ["transcribe"],
  credits: 1,
  per: "minute",
} as const;
const recording = {
  media: "audio",
  max: 1,
  types: [
    "audio/mpeg",
    "audio/mp4",
    "audio/x-m4a",
    "audio/wav",
    "audio/webm",
    "audio/ogg",
    "audio/flac",
  ],
  maxBytes: 25_000_000,
} as const;

export const manifest: ProviderManifest = {
  name: "openai",
  title: "OpenAI",
  offline: false,
  sandbox: false,
  needsKey: "OPENAI_API_KEY",
  takes: ["baseUrl", "organization", "api"],
  keeps:
    "OpenAI may keep what it is sent for up to 30 days to look for abuse, although it is asked not to store it.",
  models: [
    {
      id: "gpt-5.4-mini",
      kind: "text",
      tasks: ["write"],
      title: "GPT-5.4 mini",
      credits: 2,
      per: "output",
      defaultFor: ["write"],
      settings: textSettings,
    },
    {
      id: "gpt-5.4-nano",
      kind: "text",
      tasks: ["write"],
      title: "GPT-5.4 nano",
      credits: 1,
      per: "output",
      defaultFor: [],
      settings: textSettings,
    },
    {
      id: "gpt-5.6",
      kind: "text",
      tasks: ["write"],
      title: "GPT-5.6",
      credits: 8,
      per: "output",
      defaultFor: [],
      settings: textSettings,
    },
    {
      id: "gpt-4.1-mini",
      kind: "text",
      tasks: ["write"],
      title: "GPT-4.1 mini",
      credits: 2,
      per: "output",
      defaultFor: [],
      settings: { ...textSettings, temperature: true },
    },
    {
      id: "gpt-image-2",
      kind: "image",
      tasks: ["text_to_image", "edit_image"],
      title: "GPT Image 2",
      credits: 16,
      per: "output",
      defaultFor: ["text_to_image", "edit_image"],
      inputs: imageInputs,
      settings: { sizes: imageSizes },
    },
    {
      id: "gpt-image-1.5",
      kind: "image",
      tasks: ["text_to_image", "edit_image"],
      title: "GPT Image 1.5",
      credits: 12,
      per: "output",
      defaultFor: [],
      inputs: imageInputs,
      settings: { sizes: imageSizes },
    },
    {
      id: "gpt-image-1-mini",
      kind: "image",
      tasks: ["text_to_image", "edit_image"],
      title: "GPT Image 1 mini",
      credits: 6,
      per: "output",
      defaultFor: [],
      inputs: imageInputs,
      settings: { sizes: imageSizes },
    },
    {
      id: "gpt-4o-mini-tts",
      kind: "audio",
      tasks: ["speech"],
      title: "GPT-4o mini TTS",
      credits: 2,
      per: "1000_characters",
      defaultFor: ["speech"],
      settings: {
        voices: namedVoices([...voices, ...newerVoices]),
        formats: speechFormats,
        instructions: true,
      },
      maxPromptLength: 4_096,
    },
    {
      id: "tts-1",
      kind: "audio",
      tasks: ["speech"],
      title: "TTS-1",
      credits: 2,
      per: "1000_characters",
      defaultFor: [],
      settings: { voices: namedVoices(voices), formats: speechFormats, speed: true },
      maxPromptLength: 4_096,
    },
    {
      ...transcription,
      id: "gpt-4o-transcribe",
      title: "GPT-4o Transcribe",
      defaultFor: [],
      // Longer ones it refuses, whatever their size.
      inputs: { source: { ...recording, maxSeconds: 1_400 } },
    },
    {
      ...transcription,
      id: "whisper-1",
      title: "Whisper, with times",
      inputs: { source: { ...recording, maxSeconds: 3_600 } },
      // The only one of the two that says when each sentence was said, which captions need.
      defaultFor: ["transcribe"],
    },
  ],
};
