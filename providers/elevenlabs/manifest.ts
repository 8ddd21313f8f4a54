import type { ProviderManifest } from "#providers/contract.ts";

/*
 * Models of speech and transcription as listed by @ai-sdk/elevenlabs 3.0.46; those of music and sound, and all limits, from
 * elevenlabs.io/docs/api-reference and /docs/overview/models. Prices are ours, in whole credits of about one US cent:
 * estimates of November 2026 from the price list of the API, rounded up. Voices are those that every account has.
 */
const voices = [
  { id: "JBFqnCBsd6RMkjVDRZzb", title: "George" },
  { id: "EXAVITQu4vr4xnSDxMaL", title: "Sarah" },
  { id: "CwhRBWXzGAHq8TQ4Fs17", title: "Roger" },
  { id: "FGY2WhTYpPnrIDTdsKH5", title: "Laura" },
  { id: "IKne3meq5aSn9XLyUdCD", title: "Charlie" },
  { id: "Xb7hH8MSUJpSbSDYk0k2", title: "Alice" },
  { id: "onwK4e9ZLuTAKqWW03F9", title: "Daniel" },
  { id: "pFZP5JQG7iQjIQuC4Bku", title: "Lily" },
  { id: "XrExE9yKIg1WjnnlVkGX", title: "Matilda" },
  { id: "nPczCjzI2devNBz1zQrb", title: "Brian" },
];
const speech = {
  kind: "audio",
  tasks: ["speech"],
  per: "1000_characters",
} as const;

export const manifest: ProviderManifest = {
  name: "elevenlabs",
  title: "ElevenLabs",
  offline: false,
  sandbox: false,
  needsKey: "ELEVENLABS_API_KEY",
  takes: ["baseUrl"],
  keeps:
    "ElevenLabs keeps texts, recordings and what it made of them in the history of the account: it is asked not to for speech and transcription, which it heeds for enterprise accounts alone, and has no such switch for sounds.",
  models: [
    {
      ...speech,
      id: "eleven_multilingual_v2",
      title: "Eleven Multilingual v2",
      credits: 10,
      defaultFor: ["speech"],
      settings: { voices, formats: ["mp3"] },
      maxPromptLength: 10_000,
    },
    {
      ...speech,
      id: "eleven_flash_v2_5",
      title: "Eleven Flash v2.5",
      credits: 5,
      defaultFor: [],
      // The only one of these that may be told the language; the others refuse it or hear it from the text.
      settings: { voices, formats: ["mp3"], language: true },
      maxPromptLength: 20_000,
    },
    {
      ...speech,
      id: "eleven_v3",
      title: "Eleven v3",
      credits: 10,
      defaultFor: [],
      settings: { voices, formats: ["mp3"] },
      maxPromptLength: 5_000,
    },
    {
      id: "music_v1",
      kind: "audio",
      tasks: ["music"],
      title: "Eleven Music",
      credits: 2,
      per: "second",
      defaultFor: ["music"],
      settings: { seconds: [30, 5, 10, 15, 20, 45, 60, 90, 120, 180, 240, 300] },
      maxPromptLength: 2_000,
    },
    {
      id: "eleven_text_to_sound_v2",
      kind: "audio",
      tasks: ["sound"],
      title: "Eleven Sound Effects v2",
      credits: 1,
      per: "second",
      defaultFor: ["sound"],
      settings: { seconds: [5, 1, 2, 3, 10, 15, 20, 30] },
      maxPromptLength: 450,
    },
    {
      id: "scribe_v2",
      kind: "audio",
      tasks: ["transcribe"],
      title: "Scribe v2",
      // A minute costs 0.7 cents.
      credits: 1,
      per: "minute",
      defaultFor: ["transcribe"],
      inputs: {
        source: {
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
          maxBytes: 200_000_000,
          maxSeconds: 3_600,
        },
      },
    },
  ],
};
