import type { ProviderDeps, SoundModel } from "#providers/contract.ts";
import { callForBytes } from "#providers/lib/call-provider.ts";
import { connectPrivately, officialBaseUrl } from "./connect-privately.ts";
import { manifest } from "./manifest.ts";

/** Five minutes at 128 kbit/s are 5 MB. */
const maxBytes = 64 * 1024 * 1024;

/**
 * Music and sound effects over ElevenLabs' own API, as MP3:
 * elevenlabs.io/docs/api-reference/music/compose and /text-to-sound-effects/convert.
 */
export function elevenLabsSoundModel(deps: ProviderDeps, modelId: string): SoundModel {
  const { apiKey, fetch } = connectPrivately(deps);
  const headers = { "xi-api-key": apiKey, accept: "audio/mpeg" };
  // Left to itself, ElevenLabs chooses a length that nobody was told the price of.
  const entry = manifest.models.find(({ id }) => id === modelId);
  const usualSeconds = entry?.settings?.seconds?.[0];
  return {
    modelId,
    async generate({ task, prompt, seconds = usualSeconds, signal }) {
      const { path, body } = requestFor({ task, prompt, seconds, modelId });
      const { data } = await callForBytes({
        fetch,
        method: "POST",
        url: `${officialBaseUrl}${path}?output_format=mp3_44100_128`,
        headers,
        body,
        signal,
        maxBytes,
      });
      return { data, mediaType: "audio/mpeg" };
    },
  };
}

function requestFor(input: {
  task: "music" | "sound";
  prompt: string;
  seconds: number | undefined;
  modelId: string;
}): { path: string; body: Record<string, unknown> } {
  const { task, prompt, seconds, modelId: model_id } = input;
  if (task === "sound") {
    const length = seconds === undefined ? {} : { duration_seconds: seconds };
    return { path: "/v1/sound-generation", body: { text: prompt, model_id, ...length } };
  }
  const length = seconds === undefined ? {} : { music_length_ms: seconds * 1000 };
  // The one thing that the music API would keep for itself.
  return { path: "/v1/music", body: { prompt, model_id, store_for_inpainting: false, ...length } };
}
