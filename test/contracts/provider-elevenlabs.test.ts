import { provider } from "#providers/elevenlabs/index.ts";
import { providerContract } from "./provider-contract.ts";
import type { PrivacySwitch } from "./request-rules.ts";
import { refuseBy, type Refusals, standInHarness } from "./stand-in-harness.ts";
import { type Answer, startProviderServer } from "./start-provider-server.ts";

const apiKey = "sk_5f0c2d9a7be14c3f8d61b2e07a94c8d35e6f1a2b";
const origin = "https://api.elevenlabs.io";
const keepsNothing: PrivacySwitch = { in: "query", name: "enable_logging", value: "false" };

providerContract({
  name: "elevenlabs",
  provider,
  needs: { variable: "ELEVENLABS_API_KEY" },
  headers: ["xi-api-key"],
  rules: [
    { method: "GET", url: `${origin}/v1/models` },
    {
      method: "POST",
      url: /^https:\/\/api\.elevenlabs\.io\/v1\/text-to-speech\/[A-Za-z0-9]{20}$/u,
      fields: ["text", "model_id", "language_code"],
      query: ["output_format", "enable_logging"],
      privacy: keepsNothing,
    },
    {
      method: "POST",
      url: `${origin}/v1/speech-to-text`,
      fields: [
        "model_id",
        "file",
        "diarize",
        "tag_audio_events",
        "timestamps_granularity",
        "file_format",
      ],
      query: ["enable_logging"],
      privacy: keepsNothing,
    },
    {
      method: "POST",
      url: `${origin}/v1/music`,
      fields: ["prompt", "model_id", "music_length_ms", "store_for_inpainting"],
      query: ["output_format"],
      privacy: { in: "body", name: "store_for_inpainting", value: false },
    },
    {
      method: "POST",
      url: `${origin}/v1/sound-generation`,
      fields: ["text", "model_id", "duration_seconds"],
      query: ["output_format"],
    },
  ],
  async start() {
    const mp3 = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(413)]);
    const audio = (): Answer => ({ headers: { "content-type": "audio/mpeg" }, body: mp3 });
    const server = await startProviderServer([
      { method: "GET", url: /\/v1\/models$/u, answer: () => ({ body: models }) },
      { method: "POST", url: /\/v1\/text-to-speech\/\w+$/u, answer: audio },
      { method: "POST", url: /\/v1\/speech-to-text$/u, answer: () => ({ body: transcript }) },
      { method: "POST", url: /\/v1\/music$/u, answer: audio },
      { method: "POST", url: /\/v1\/sound-generation$/u, answer: audio },
    ]);
    return standInHarness({
      server,
      apiKey,
      refusals,
      refuse: refuseBy(refusals),
    });
  },
});

/** elevenlabs.io/docs/developers/resources/errors; help.elevenlabs.io, "API - Error Code 400 or 401" and "429". */
const refusals: Refusals = {
  unauthorized: said(401, "invalid_api_key", `Invalid API key ${apiKey}`),
  quota: said(
    401,
    "quota_exceeded",
    "This request exceeds your quota of 10000. You have 0 credits.",
  ),
  rate_limited: said(429, "too_many_concurrent_requests", "Too many concurrent requests."),
  invalid_input: {
    status: 422,
    body: {
      detail: [{ loc: ["body", "model_id"], msg: "field required", type: "value_error.missing" }],
    },
  },
  content_policy: said(400, "bad_prompt", "The zeppelin bakery violates our terms of service."),
  provider_down: said(503, "system_busy", "The system is under heavy traffic."),
  timeout: { status: 504, headers: { "content-type": "text/html" }, body: Buffer.from("<html>") },
};

function said(status: number, name: string, message: string): Answer {
  return { status, body: { detail: { status: name, message } } };
}

/** elevenlabs.io/docs/api-reference/models/list */
const models = [
  {
    model_id: "eleven_multilingual_v2",
    name: "Eleven Multilingual v2",
    can_do_text_to_speech: true,
  },
  { model_id: "eleven_flash_v2_5", name: "Eleven Flash v2.5", can_do_text_to_speech: true },
];

/** elevenlabs.io/docs/api-reference/speech-to-text/convert */
const transcript = {
  language_code: "eng",
  language_probability: 0.98,
  text: "Good morning.",
  words: [
    { text: "Good", start: 0, end: 0.4, type: "word", speaker_id: "speaker_0", logprob: -0.1 },
    { text: " ", start: 0.4, end: 0.5, type: "spacing", speaker_id: "speaker_0", logprob: 0 },
    { text: "morning.", start: 0.5, end: 0.9, type: "word", speaker_id: "speaker_0", logprob: 0 },
  ],
};
